//! Whom a case is with, and who is to answer it: on the page and on paper alike.

use super::State;

/// A body that a case may be with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holder {
    /// The standing committee whose case it is.
    Committee,
    /// Whom it was sent to.
    Addressee,
    /// Who leads.
    Lead,
}

/// Whom a case is with: whoever is to take the next step; of one that is closed, who answered it.
#[must_use]
pub fn holder(state: State, has_lead: bool) -> Holder {
    match state {
        State::Answered | State::Checked | State::Told | State::Reopened => Holder::Committee,
        _ => answerer(state, has_lead),
    }
}

/// Who is to answer a case, or has answered it; the committee while nobody is asked to, because it was not sent or came
/// back.
#[must_use]
pub fn answerer(state: State, has_lead: bool) -> Holder {
    match state {
        State::Consolidated | State::SentBack => Holder::Committee,
        _ if has_lead => Holder::Lead,
        _ => Holder::Addressee,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_case_is_with_whoever_is_to_take_the_next_step() {
        use Holder::{Addressee, Committee, Lead};
        for state in State::ALL {
            let wanted = match state {
                State::Dispatched | State::Assigned | State::CarriedOver | State::Closed => {
                    [Lead, Addressee]
                }
                _ => [Committee; 2],
            };
            assert_eq!([true, false].map(|lead| holder(*state, lead)), wanted);
        }
    }

    #[test]
    fn what_was_answered_stays_with_whoever_answered_it() {
        for state in State::ALL {
            let is_asked = !matches!(state, State::Consolidated | State::SentBack);
            assert_eq!(
                answerer(*state, true) == Holder::Lead,
                is_asked,
                "{state:?}"
            );
            assert_ne!(answerer(*state, false), Holder::Lead);
        }
    }
}
