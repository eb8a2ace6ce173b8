//! Why something did not come about at a desk, and the steps that fail so.

use kiennghi_messages::{Cause, Failure as Told};
use kiennghi_parts::steps::Fault;
pub use kiennghi_parts::steps::{Question, actions, ask_first, failed, link_button};
use kiennghi_shared::code::Code;

/// What the worker says of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure(pub Told);

/// One thing that can be done at a time on a page.
pub type Step = kiennghi_parts::steps::Step<Failure>;

impl From<Told> for Failure {
    fn from(told: Told) -> Self {
        Self(told)
    }
}

impl Failure {
    /// What is told of something that was found wrong here.
    #[must_use]
    pub fn said(words: &str) -> Self {
        let (cause, message) = (Cause::Invalid, words.to_owned());
        Self(Told { cause, message })
    }

    /// Whether the server cannot be reached.
    pub fn is_network(&self) -> bool {
        self.0.cause == Cause::Network
    }
}

impl Fault for Failure {
    fn words(&self) -> String {
        match self.0.cause {
            Cause::Network => "Không nối được với máy chủ. Hãy thử lại khi có mạng.".to_owned(),
            Cause::Server(Code::Unauthenticated) => {
                "Phiên làm việc đã hết. Những gì đã điền vẫn còn trên trang này.".to_owned()
            }
            Cause::Server(Code::Forbidden) => "Bạn không có quyền làm việc này.".to_owned(),
            _ => self.0.message.clone(),
        }
    }

    fn wants_sign_in(&self) -> bool {
        self.0.cause == Cause::Server(Code::Unauthenticated)
    }
}
