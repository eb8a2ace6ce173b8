//! What a case waits for, seen from each desk.

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use super::{Particular, Situation, State};
use crate::schema::Kind;

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
    /// The agency that was to answer gave it back to whoever assigned it.
    #[n(11)]
    Reassign,
    /// It was not sent yet.
    #[n(3)]
    Dispatch,
    /// Who is to act is late.
    #[n(4)]
    Remind,
    /// An agency is late.
    #[n(12)]
    Unanswered,
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
    /// Another agency answers, and is to be helped.
    #[n(13)]
    Contribute,
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
        Need::Reassign,
        Need::Dispatch,
        Need::Remind,
        Need::Unanswered,
        Need::Decide,
        Need::Follow,
        Need::Assign,
        Need::Answer,
        Need::Contribute,
        Need::Visit,
        Need::Await,
    ];

    /// The need's name in addresses.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Need::Supervise => "supervise",
            Need::Reroute => "reroute",
            Need::Reassign => "reassign",
            Need::Dispatch => "dispatch",
            Need::Remind => "remind",
            Need::Unanswered => "unanswered",
            Need::Decide => "decide",
            Need::Follow => "follow",
            Need::Assign => "assign",
            Need::Answer => "answer",
            Need::Contribute => "contribute",
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
            Need::Reassign => "Cơ quan trả lại, cần phân công lại",
            Need::Dispatch => "Chờ chuyển đi",
            Need::Remind => "Quá hạn, cần đôn đốc",
            Need::Unanswered => "Quá hạn, cơ quan chưa trả lời",
            Need::Decide => "Chờ kết luận giám sát",
            Need::Follow => "Theo dõi tại kỳ họp sau",
            Need::Assign => "Chờ phân công",
            Need::Answer => "Chờ trả lời",
            Need::Contribute => "Chờ ý kiến phối hợp",
            Need::Visit => "Chờ kiểm tra tại chỗ, thông tin tới cử tri",
            Need::Await => "Đang chờ nơi khác trả lời",
        }
    }

    /// What somebody at a desk has to be allowed to write, who is to be told of it.
    #[must_use]
    pub fn takes(self, desk: Desk) -> Kind {
        match self {
            Need::Supervise | Need::Decide | Need::Follow => Kind::Finding,
            Need::Reroute | Need::Dispatch | Need::Remind => Kind::Dispatch,
            Need::Reassign | Need::Unanswered | Need::Assign => Kind::Assignment,
            Need::Answer | Need::Contribute => Kind::Answer,
            Need::Visit => Kind::Notice,
            Need::Await => match desk {
                Desk::Committee => Kind::Dispatch,
                Desk::Executive => Kind::Assignment,
                Desk::Agency => Kind::Answer,
            },
        }
    }

    /// Whether a desk is late when the case is: whoever helps others is not.
    #[must_use]
    pub fn is_timed(self) -> bool {
        self != Need::Contribute
    }

    /// What a desk can have to do, the most pressing first.
    pub fn at(desk: Desk) -> impl Iterator<Item = Need> {
        let occurs = move |wanted: &Need| Situation::all().any(|s| need(desk, s) == Some(*wanted));
        Self::ALL.iter().copied().filter(occurs)
    }
}

/// What a desk is to do about a case, or to keep in sight; `None` when it need not look at it any more. A
/// committee sees every case of its own until it is closed, or has nothing in it.
#[must_use]
pub fn need(desk: Desk, situation: Situation) -> Option<Need> {
    use State::{
        Answered, Assigned, CarriedOver, Checked, Closed, Consolidated, Dispatched, Reopened,
        SentBack, Told,
    };
    let late_or = |late, otherwise| {
        if situation.is_overdue {
            late
        } else {
            otherwise
        }
    };
    let particular = situation.particular;
    Some(match (desk, situation.state) {
        (_, Closed) => return None,
        _ if particular == Some(Particular::Empty) => return None,
        _ if particular == Some(Particular::Helped) => return None,
        (Desk::Agency, Dispatched | Assigned | CarriedOver | Reopened)
            if particular == Some(Particular::Helping) =>
        {
            Need::Contribute
        }
        (Desk::Committee, state) if particular == Some(Particular::Received) => match state {
            Dispatched | Assigned | CarriedOver | Reopened => Need::Answer,
            _ => return None,
        },
        (Desk::Committee, Consolidated) => Need::Dispatch,
        (Desk::Committee, SentBack) => Need::Reroute,
        (Desk::Committee, Reopened) => Need::Supervise,
        (Desk::Committee, Answered | Checked | Told) if situation.is_disputed => Need::Supervise,
        (Desk::Committee, Dispatched | Assigned) => late_or(Need::Remind, Need::Await),
        (Desk::Committee, Answered | Checked) => Need::Visit,
        // It can be closed by nobody before.
        (Desk::Committee, Told) if particular == Some(Particular::Unchecked) => Need::Visit,
        (Desk::Committee, Told) => Need::Decide,
        (Desk::Committee, CarriedOver) => Need::Follow,

        (Desk::Executive, Dispatched) if particular == Some(Particular::GivenBack) => {
            Need::Reassign
        }
        (Desk::Executive, Dispatched) => Need::Assign,
        (Desk::Executive, Assigned) => late_or(Need::Unanswered, Need::Await),
        (Desk::Executive | Desk::Agency, CarriedOver | Reopened) => Need::Answer,
        (Desk::Agency, Assigned) => Need::Answer,
        (Desk::Executive | Desk::Agency, _) => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::{Relation, Role, Thing, Verb, may};

    #[test]
    fn a_committee_sees_every_case_that_is_not_closed_and_has_something_in_it() {
        // Not looked at from there: an agency's part in it, and what is another committee's.
        use Particular::{Helped, Helping, Received};
        let of_others = |one| matches!(one, Some(Helping | Helped | Received));
        for situation in Situation::all().filter(|s| !of_others(s.particular)) {
            let seen = need(Desk::Committee, situation).is_some();
            let is_over = situation.state.is_over();
            let is_empty = situation.particular == Some(Particular::Empty);
            assert_eq!(seen, !is_over && !is_empty, "{situation:?}");
        }
    }

    #[test]
    fn what_was_told_and_not_checked_asks_for_the_check_before_the_verdict() {
        let told = |particular, is_disputed| Situation {
            state: State::Told,
            particular,
            is_disputed,
            is_overdue: false,
        };
        let asked = |particular, is_disputed| need(Desk::Committee, told(particular, is_disputed));
        let unchecked = Some(Particular::Unchecked);
        assert_eq!(asked(None, false), Some(Need::Decide));
        assert_eq!(asked(unchecked, false), Some(Need::Visit));
        assert_eq!(asked(unchecked, true), Some(Need::Supervise));
    }

    #[test]
    fn nobody_is_told_of_what_only_others_can_do() {
        let needs = |desk| Need::at(desk).collect::<Vec<_>>();
        let executive = needs(Desk::Executive);
        assert!(!executive.contains(&Need::Remind));
        assert!(executive.contains(&Need::Unanswered));
        for desk in [Desk::Committee, Desk::Executive, Desk::Agency] {
            let role = match desk {
                Desk::Committee => Role::StandingCommittee,
                Desk::Executive => Role::Executive,
                Desk::Agency => Role::Agency,
            };
            for need in needs(desk) {
                let thing = Thing::Document(need.takes(desk));
                assert!(may(role, Verb::Write, thing, Relation::Own), "{need:?}");
            }
        }
        let board = |need: &Need| {
            let thing = Thing::Document(need.takes(Desk::Committee));
            may(Role::Board, Verb::Write, thing, Relation::Own)
        };
        let board: Vec<Need> = needs(Desk::Committee).into_iter().filter(board).collect();
        assert_eq!(board, [Need::Supervise, Need::Decide, Need::Follow]);
    }

    #[test]
    fn whoever_helps_is_asked_once_and_whoever_gave_back_is_not() {
        let at = |particular| Situation {
            state: State::Assigned,
            particular,
            is_disputed: false,
            is_overdue: true,
        };
        let agency = |particular| need(Desk::Agency, at(particular));
        assert_eq!(agency(None), Some(Need::Answer));
        assert_eq!(agency(Some(Particular::Helping)), Some(Need::Contribute));
        assert_eq!(agency(Some(Particular::Helped)), None);
        assert!(Need::Answer.is_timed() && !Need::Contribute.is_timed());
        let back = Situation {
            state: State::Dispatched,
            ..at(Some(Particular::GivenBack))
        };
        assert_eq!(need(Desk::Executive, back), Some(Need::Reassign));
        assert_eq!(need(Desk::Agency, back), None);
    }

    #[test]
    fn what_another_committee_sent_is_to_be_answered_until_it_is() {
        for state in State::ALL.iter().copied() {
            let received = Situation {
                state,
                particular: Some(Particular::Received),
                is_disputed: false,
                is_overdue: true,
            };
            let is_asked = matches!(
                state,
                State::Dispatched | State::Assigned | State::CarriedOver | State::Reopened
            );
            let wanted = is_asked.then_some(Need::Answer);
            if state > State::Consolidated {
                assert_eq!(need(Desk::Committee, received), wanted, "{state:?}");
            }
        }
    }

    #[test]
    fn whatever_waits_for_others_is_on_their_list() {
        for situation in Situation::all() {
            let given_back = situation.particular == Some(Particular::GivenBack);
            let awaited = matches!(
                need(Desk::Committee, situation),
                Some(Need::Await | Need::Remind)
            );
            let acts = [Desk::Executive, Desk::Agency]
                .into_iter()
                .filter_map(|desk| need(desk, situation))
                .any(|need| match need {
                    Need::Assign | Need::Answer | Need::Contribute => true,
                    Need::Reassign => given_back,
                    _ => false,
                });
            let helped = situation.particular == Some(Particular::Helped);
            assert!(!awaited || acts || helped, "{situation:?}");
        }
    }

    #[test]
    fn names_read_back() {
        for &need in Need::ALL {
            assert_eq!(Need::from_name(need.name()), Some(need));
        }
    }
}
