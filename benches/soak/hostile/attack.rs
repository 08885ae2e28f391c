//! What hostile clients do.

#[derive(Clone, Copy, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum Attack {
    Replay,
    OtherKey,
    OtherUri,
    OtherMethod,
    ExpiredToken,
    UnknownKey,
    NewPrincipal,
    Flood,
    RandomBytes,
    LargeHead,
    ManyLines,
    AbortedUpload,
    SlowHead,
    SlowBody,
    SlowReader,
    SlowDownload,
    HalfOpen,
    RapidReset,
    WindowZero,
    Continuations,
}

impl Attack {
    pub(crate) const ALL: [Self; 20] = [
        Self::Replay,
        Self::OtherKey,
        Self::OtherUri,
        Self::OtherMethod,
        Self::ExpiredToken,
        Self::UnknownKey,
        Self::NewPrincipal,
        Self::Flood,
        Self::RandomBytes,
        Self::LargeHead,
        Self::ManyLines,
        Self::AbortedUpload,
        Self::SlowHead,
        Self::SlowBody,
        Self::SlowReader,
        Self::SlowDownload,
        Self::HalfOpen,
        Self::RapidReset,
        Self::WindowZero,
        Self::Continuations,
    ];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Replay => "a proof sent twice",
            Self::OtherKey => "a proof by another key",
            Self::OtherUri => "a proof for another URI",
            Self::OtherMethod => "a proof for another method",
            Self::ExpiredToken => "an expired token",
            Self::UnknownKey => "a token by an unknown key (kid)",
            Self::NewPrincipal => "new principals, then a replay",
            Self::Flood => "20 requests at once, one client",
            Self::RandomBytes => "random bytes",
            Self::LargeHead => "100 KiB of headers",
            Self::ManyLines => "1,000 header lines",
            Self::AbortedUpload => "uploads that are aborted",
            Self::SlowHead => "a head, a byte per second",
            Self::SlowBody => "a body, a byte per second",
            Self::SlowReader => "300 requests, nothing read",
            Self::SlowDownload => "a download, 1 KiB per second",
            Self::HalfOpen => "a few bytes, then nothing",
            Self::RapidReset => "HTTP/2: 200 requests, each reset",
            Self::WindowZero => "HTTP/2: a window of 0",
            Self::Continuations => "HTTP/2: CONTINUATION for ever",
        }
    }

    /// Whether it holds a connection for some time.
    pub(crate) const fn is_held(self) -> bool {
        matches!(
            self,
            Self::SlowHead
                | Self::SlowBody
                | Self::SlowReader
                | Self::SlowDownload
                | Self::HalfOpen
                | Self::WindowZero
        )
    }
}
