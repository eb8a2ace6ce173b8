//! What a case waits for, seen from each desk.

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use super::State;

/// From where a case is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Encode, Decode, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cbor(index_only)]
pub enum Desk {
    /// The standing committee whose case it is.
    #[n(1)]
    Committee,
    /// The executive that it was sent to.
    #[n(2)]
    Executive,
    /// The agency that is to answer.
    #[n(3)]
    Agency,
}

/// What is to be done next.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode, Serialize, Deserialize,
)]
#[serde(rename_all = "kebab-case")]
#[cbor(index_only)]
pub enum Need {
    /// Voters or a check say that it is not solved.
    #[n(1)]
    Supervise,
    /// It came back.
    #[n(2)]
    Reroute,
    /// It was not sent yet.
    #[n(3)]
    Dispatch,
    /// Who is to act is late.
    #[n(4)]
    Remind,
    /// Told to voters, and without a verdict.
    #[n(5)]
    Decide,
    /// Carried over.
    #[n(6)]
    Follow,
    /// Nobody was asked to answer.
    #[n(7)]
    Assign,
    /// An answer is to be given.
    #[n(8)]
    Answer,
    /// Answered, and still to be checked on site or told.
    #[n(9)]
    Visit,
    /// Others are to act, and in time.
    #[n(10)]
    Await,
}

impl Need {
    /// Every need, the most pressing first.
    pub const ALL: &'static [Need] = &[
        Need::Supervise,
        Need::Reroute,
        Need::Dispatch,
        Need::Remind,
        Need::Decide,
        Need::Follow,
        Need::Assign,
        Need::Answer,
        Need::Visit,
        Need::Await,
    ];

    /// The need's name in addresses.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Need::Supervise => "supervise",
            Need::Reroute => "reroute",
            Need::Dispatch => "dispatch",
            Need::Remind => "remind",
            Need::Decide => "decide",
            Need::Follow => "follow",
            Need::Assign => "assign",
            Need::Answer => "answer",
            Need::Visit => "visit",
            Need::Await => "await",
        }
    }

    /// The need with this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Need> {
        Self::ALL.iter().copied().find(|need| need.name() == name)
    }

    /// What a person reads.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Need::Supervise => "Cử tri chưa đồng tình, cần giám sát",
            Need::Reroute => "Bị trả lại, cần chuyển nơi khác",
            Need::Dispatch => "Chờ chuyển đi",
            Need::Remind => "Quá hạn, cần đôn đốc",
            Need::Decide => "Chờ kết luận giám sát",
            Need::Follow => "Theo dõi tại kỳ họp sau",
            Need::Assign => "Chờ phân công",
            Need::Answer => "Chờ trả lời",
            Need::Visit => "Chờ kiểm tra tại chỗ, thông tin tới cử tri",
            Need::Await => "Đang chờ nơi khác trả lời",
        }
    }
}

/// What of a case decides who is to do what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Situation {
    /// How far it has come.
    pub state: State,
    /// Whether somebody says that it is not solved.
    pub is_disputed: bool,
    /// Whether whoever is to act is late.
    pub is_overdue: bool,
}

/// What a desk is to do about a case, or to keep in sight; `None` when it need not look at it any more. A
/// committee sees every case until it is closed.
#[must_use]
pub fn need(desk: Desk, situation: Situation) -> Option<Need> {
    use State::{
        Answered, Assigned, CarriedOver, Checked, Closed, Consolidated, Dispatched, Reopened,
        SentBack, Told,
    };
    let late_or = |otherwise| {
        if situation.is_overdue {
            Need::Remind
        } else {
            otherwise
        }
    };
    Some(match (desk, situation.state) {
        (_, Closed) => return None,
        (Desk::Committee, Consolidated) => Need::Dispatch,
        (Desk::Committee, SentBack) => Need::Reroute,
        (Desk::Committee, Reopened) => Need::Supervise,
        (Desk::Committee, Answered | Checked | Told) if situation.is_disputed => Need::Supervise,
        (Desk::Committee, Dispatched | Assigned) => late_or(Need::Await),
        (Desk::Committee, Answered | Checked) => Need::Visit,
        (Desk::Committee, Told) => Need::Decide,
        (Desk::Committee, CarriedOver) => Need::Follow,

        (Desk::Executive, Dispatched) => Need::Assign,
        (Desk::Executive, Assigned) => late_or(Need::Await),
        (Desk::Executive | Desk::Agency, CarriedOver | Reopened) => Need::Answer,
        (Desk::Agency, Assigned) => Need::Answer,
        (Desk::Executive | Desk::Agency, _) => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn situations() -> impl Iterator<Item = Situation> {
        let flags = [(false, false), (false, true), (true, false), (true, true)];
        State::ALL.iter().flat_map(move |&state| {
            flags.map(|(is_disputed, is_overdue)| Situation {
                state,
                is_disputed,
                is_overdue,
            })
        })
    }

    #[test]
    fn a_committee_sees_every_case_that_is_not_closed() {
        for situation in situations() {
            let seen = need(Desk::Committee, situation).is_some();
            assert_eq!(seen, !situation.state.is_over(), "{situation:?}");
        }
    }

    #[test]
    fn whatever_waits_for_others_is_on_their_list() {
        for situation in situations() {
            let awaited = matches!(
                need(Desk::Committee, situation),
                Some(Need::Await | Need::Remind)
            );
            let acts = [Desk::Executive, Desk::Agency]
                .into_iter()
                .any(|desk| matches!(need(desk, situation), Some(Need::Assign | Need::Answer)));
            assert!(!awaited || acts, "{situation:?}");
        }
    }

    #[test]
    fn names_read_back() {
        for &need in Need::ALL {
            assert_eq!(Need::from_name(need.name()), Some(need));
        }
    }
}
