//! A subscriber that keeps what this crate says, apart for each thread: each test has its own.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Once;

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::subscriber::set_global_default;
use tracing::{Level, Metadata, Subscriber};

/// What was said on this thread since it began to listen.
pub(crate) struct Log(());

#[derive(Clone, Debug)]
pub(crate) struct Event {
    pub(crate) level: Level,
    fields: BTreeMap<&'static str, String>,
}

thread_local! {
    static SAID: RefCell<Vec<Event>> = const { RefCell::new(Vec::new()) };
}

impl Log {
    /// Hears everything on this thread from now on.
    ///
    /// Every test of a program must begin with this: what is said while nobody listens may be taken
    /// for what nobody ever wants to hear.
    pub(crate) fn listen() -> Self {
        static ONCE: Once = Once::new();
        ONCE.call_once(|| set_global_default(Listener).unwrap());
        SAID.take();
        Self(())
    }

    /// Without the warnings that the guards of other tests of this process cause.
    pub(crate) fn events(&self) -> Vec<Event> {
        let mut events = self.all_events();
        events.retain(|event| !event.is_of_separate_stores());
        events
    }

    pub(crate) fn all_events(&self) -> Vec<Event> {
        SAID.with_borrow(Clone::clone)
    }

    #[track_caller]
    pub(crate) fn only_event(&self) -> Event {
        let mut events = self.events();
        assert_eq!(events.len(), 1, "{events:?}");
        events.remove(0)
    }
}

impl Event {
    #[track_caller]
    pub(crate) fn text(&self, field: &str) -> &str {
        let text = self.text_if_any(field);
        text.unwrap_or_else(|| panic!("no {field}: {self:?}"))
    }

    fn is_of_separate_stores(&self) -> bool {
        let message = self.text_if_any("message").unwrap_or_default();
        message.starts_with("another guard of this process")
    }

    pub(crate) fn text_if_any(&self, field: &str) -> Option<&str> {
        self.fields.get(field).map(String::as_str)
    }
}

struct Listener;

impl Subscriber for Listener {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target().starts_with("sender_constraint")
    }

    fn event(&self, event: &tracing::Event<'_>) {
        let mut kept = Event {
            level: *event.metadata().level(),
            fields: BTreeMap::new(),
        };
        event.record(&mut kept);
        SAID.with_borrow_mut(|said| said.push(kept));
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

impl Visit for Event {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.fields.insert(field.name(), value.to_owned());
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.fields.insert(field.name(), format!("{value:?}"));
    }
}
