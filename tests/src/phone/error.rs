//! Why a phone could not do what it was asked.

use kiennghi_shared::code::Code;
use kiennghi_shared::document::DocumentError;
use kiennghi_shared::id::DocumentId;
use kiennghi_shared::session::SessionError;
use kiennghi_shared::wire::WireError;

/// Why a phone could not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum PhoneError {
    /// The state folder holds no enrolment.
    #[error("not enrolled: run `phone --state DIR enrol URL CODE` first")]
    NotEnrolled,
    /// The server's address is not `http://HOST:PORT`.
    #[error("{0}: the server's address must look like http://HOST:PORT")]
    Address(String),
    /// The server could not be reached, or the connection broke before the reply began.
    #[error("the server cannot be reached: {0}")]
    Offline(String),
    /// The reply did not come to its end; what came whole is kept.
    #[error("the reply was cut off; what came whole is kept")]
    CutOff,
    /// The server answered with an error.
    #[error("the server answered {status}: {}", .code.map_or("no code", Code::name))]
    Answered {
        /// The HTTP status.
        status: u16,
        /// The code in the body.
        code: Option<Code>,
    },
    /// The reply is not in the format of docs/protocol.md.
    #[error("the reply cannot be read: {0}")]
    Reply(#[from] WireError),
    /// The server answers, and yet a sync does not come to its end.
    #[error("the sync does not come to its end after {0} requests")]
    Endless(u64),
    /// A step of the session was not possible.
    #[error(transparent)]
    Session(#[from] SessionError),
    /// A stored document cannot be read.
    #[error(transparent)]
    Document(#[from] DocumentError),
    /// The phone holds no such document.
    #[error("{0}: no such document on this phone")]
    NoDocument(DocumentId),
    /// The store failed.
    #[error("the phone's store: {0:#}")]
    Shelf(#[from] anyhow::Error),
}
