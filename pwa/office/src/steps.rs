//! What a person does here, and how it fails: as the server says.

use kiennghi_parts::steps::Fault;
pub(crate) use kiennghi_parts::steps::{Question, actions, ask_first, failed, link_button};
use kiennghi_shared::code::Code;

use crate::server::Failure;

/// One thing that can be done at a time on a page.
pub(crate) type Step = kiennghi_parts::steps::Step<Failure>;

impl Fault for Failure {
    fn words(&self) -> String {
        Failure::words(self).to_owned()
    }

    fn wants_sign_in(&self) -> bool {
        *self == Failure::Refused(Code::Unauthenticated)
    }
}
