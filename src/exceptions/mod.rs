//! Dated exceptions: clients whose unbound tokens are accepted until a date, although the guard refuses unbound tokens.

mod exception;
#[cfg(feature = "config-files")]
mod exception_file;
mod list;
mod set;

pub use exception::{Exception, ExceptionError};
#[cfg(feature = "config-files")]
pub use exception_file::ExceptionFile;
pub use list::Exceptions;
pub(crate) use set::{Exempted, FindException};
