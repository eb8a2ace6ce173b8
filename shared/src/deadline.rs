//! Deadlines (thời hạn) of the steps of a case: rules by unit and step with their validity, and where a case
//! stands before one.
//!
//! How many working days a step may take is data: no number of a law or of a council stands here.

use std::iter::successors;

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use crate::access::{STEPS_MAX, Tree};
use crate::calendar::{Calendar, Day, Holiday};
use crate::id::UnitCode;
use crate::order::decode_in_order;

/// A step of a case that is to be taken within some days.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
#[cbor(index_only)]
pub enum Step {
    /// Consolidated and sent on after the council's session.
    #[n(1)]
    Dispatch = 1,
    /// An agency is named that answers.
    #[n(2)]
    Assign = 2,
    /// Answered.
    #[n(3)]
    Answer = 3,
    /// Answered where an earlier case had been already.
    #[n(4)]
    AnswerAgain = 4,
    /// The voters are told.
    #[n(5)]
    Tell = 5,
    /// An agency that is to help has its say.
    #[n(6)]
    Coordinate = 6,
}

impl Step {
    /// Every step, in the order of a case.
    pub const ALL: &'static [Step] = &[
        Step::Dispatch,
        Step::Assign,
        Step::Coordinate,
        Step::Answer,
        Step::AnswerAgain,
        Step::Tell,
    ];

    /// The step's name in the store, in JSON and in addresses.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Step::Dispatch => "dispatch",
            Step::Assign => "assign",
            Step::Answer => "answer",
            Step::AnswerAgain => "answer_again",
            Step::Tell => "tell",
            Step::Coordinate => "coordinate",
        }
    }

    /// What a person reads.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Step::Dispatch => "Tổng hợp, chuyển đi sau kỳ họp",
            Step::Assign => "Phân công",
            Step::Answer => "Trả lời",
            Step::AnswerAgain => "Trả lời kiến nghị đã được trả lời trước đó",
            Step::Tell => "Thông tin tới cử tri",
            Step::Coordinate => "Cho ý kiến phối hợp",
        }
    }

    /// The same where it is said of a day: `Quá hạn trả lời`.
    #[must_use]
    pub fn within(self) -> &'static str {
        match self {
            Step::Dispatch => "chuyển đi",
            Step::Assign => "phân công",
            Step::Answer | Step::AnswerAgain => "trả lời",
            Step::Tell => "thông tin tới cử tri",
            Step::Coordinate => "cho ý kiến phối hợp",
        }
    }

    /// The step of this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Step> {
        Self::ALL.iter().copied().find(|step| step.name() == name)
    }
}

/// How long a step may take in a unit and those below it. Unit, step and first day name it.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Serialize, Deserialize)]
pub struct Rule {
    /// The unit.
    #[n(0)]
    pub unit: UnitCode,
    /// The step.
    #[n(1)]
    pub step: Step,
    /// Working days, from 1.
    #[n(2)]
    pub working_days: u32,
    /// First day that a step can begin on to go by this rule, `yyyy-mm-dd`.
    #[n(3)]
    pub valid_from: String,
    /// Last such day, when it has one. A rule that ended before its first day never applies.
    #[n(4)]
    pub valid_to: Option<String>,
    /// Where it is from; may be empty.
    #[n(5)]
    pub note: String,
}

impl Rule {
    /// What names it: unit, step and first day.
    #[must_use]
    pub fn name(&self) -> (&UnitCode, Step, &str) {
        (&self.unit, self.step, &self.valid_from)
    }

    /// Whether a step that begins on a day, `yyyy-mm-dd`, can go by it.
    #[must_use]
    pub fn is_valid_on(&self, day: &str) -> bool {
        let is_over = self.valid_to.as_deref().is_some_and(|last| last < day);
        *self.valid_from <= *day && !is_over
    }
}

/// What a district has said about deadlines.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Serialize, Deserialize)]
pub struct Deadlines {
    /// The rules, ended ones too, by unit, step and first day.
    #[n(0)]
    pub rules: Vec<Rule>,
    /// Days off and days worked instead, the oldest first.
    #[n(1)]
    pub holidays: Vec<Holiday>,
    /// Working days before a deadline from which it is told of.
    #[n(2)]
    pub warn_working_days: u32,
}

impl Default for Deadlines {
    fn default() -> Self {
        Self {
            rules: Vec::new(),
            holidays: Vec::new(),
            warn_working_days: 3,
        }
    }
}

decode_in_order! {
    Rule { unit, step, working_days, valid_from, valid_to, note }
    Deadlines { rules, holidays, warn_working_days }
}

/// One change of what a district has said about deadlines.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeadlineChange {
    /// Adds a rule, or changes it.
    #[n(0)]
    PutRule {
        /// The rule.
        #[n(0)]
        rule: Rule,
        /// The same rule as whoever changes it has seen it; none where it is new.
        #[n(1)]
        was: Option<Rule>,
    },
    /// Ends a rule, which is kept.
    #[n(1)]
    EndRule {
        /// The rule as whoever ends it has seen it.
        #[n(0)]
        was: Rule,
        /// Its last day, `yyyy-mm-dd`.
        #[n(1)]
        valid_to: String,
    },
    /// Adds a day off or a day worked instead, or changes what a day is.
    #[n(2)]
    PutHoliday(#[n(0)] Holiday),
    /// Has a day, `yyyy-mm-dd`, be again as the week has it.
    #[n(3)]
    DropHoliday(#[n(0)] String),
    /// Tells of deadlines so many working days before.
    #[n(4)]
    SetWarning(#[n(0)] u32),
}

impl DeadlineChange {
    /// The unit that it is about; none for what all units have in common.
    #[must_use]
    pub fn unit(&self) -> Option<&UnitCode> {
        match self {
            DeadlineChange::PutRule { rule, .. } | DeadlineChange::EndRule { was: rule, .. } => {
                Some(&rule.unit)
            }
            DeadlineChange::PutHoliday(_)
            | DeadlineChange::DropHoliday(_)
            | DeadlineChange::SetWarning(_) => None,
        }
    }
}

/// A unit and those above it, itself first.
pub fn upward<'a, T: Tree + ?Sized>(
    tree: &'a T,
    unit: &'a UnitCode,
) -> impl Iterator<Item = &'a UnitCode> {
    successors(Some(unit), |unit| tree.place(unit)?.parent).take(STEPS_MAX)
}

/// Units that end, and whose place others take.
pub trait Timeline: Tree {
    /// The last day of a unit, `yyyy-mm-dd`; none while it stands.
    fn last_day(&self, unit: &UnitCode) -> Option<&str>;
}

/// The unit that had a unit's place on a day, `yyyy-mm-dd`: itself, or what took its place.
#[must_use]
pub fn unit_on<'a, T: Timeline + ?Sized>(
    tree: &'a T,
    unit: &'a UnitCode,
    day: &str,
) -> &'a UnitCode {
    let next = |unit: &&'a UnitCode| {
        tree.last_day(unit).filter(|last| *last < day)?;
        tree.place(unit)?.successor
    };
    let standing = successors(Some(unit), next).take(STEPS_MAX).last();
    standing.unwrap_or(unit)
}

/// The rule for a step that begins on a day in a unit: the one that applies to whatever had the unit's place that
/// day; where none does, to what took the place of that. Of the nearest unit upward that has one, it is the one that was
/// begun last.
#[must_use]
pub fn rule_for<'a, T: Timeline + ?Sized>(
    rules: &'a [Rule],
    tree: &T,
    unit: &UnitCode,
    step: Step,
    day: Day,
) -> Option<&'a Rule> {
    let day = day.to_string();
    let of_step = |rule: &&Rule| rule.step == step && rule.is_valid_on(&day);
    let of_unit = |unit: &UnitCode| {
        let rules = rules.iter().filter(of_step);
        let rules = rules.filter(|rule| rule.unit == *unit);
        rules.max_by(|a, b| a.valid_from.cmp(&b.valid_from))
    };
    let above = |unit: &&UnitCode| Some(unit_on(tree, tree.place(unit)?.parent?, &day));
    let applies = |unit| {
        let mut upward = successors(Some(unit), above).take(STEPS_MAX);
        upward.find_map(of_unit)
    };
    let taking = successors(Some(unit_on(tree, unit, &day)), |unit| {
        tree.place(unit)?.successor
    });
    taking.take(STEPS_MAX).find_map(applies)
}

/// A step that has begun.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Begun<'a> {
    /// The unit whose step it is, by the code that its papers name.
    pub unit: &'a UnitCode,
    /// The step.
    pub step: Step,
    /// The day on which it began, which does not count.
    pub day: Day,
    /// The last day that a letter names, working day or not: it goes before every rule.
    pub named: Option<Day>,
}

/// The last day for a step that has begun; none where no letter names one and no rule applies.
#[must_use]
pub fn due<T: Timeline + ?Sized>(
    rules: &[Rule],
    calendar: &Calendar,
    tree: &T,
    begun: Begun<'_>,
) -> Option<Day> {
    begun.named.or_else(|| {
        let rule = rule_for(rules, tree, begun.unit, begun.step, begun.day)?;
        calendar.add_working_days(begun.day, rule.working_days)
    })
}

/// The last day for an answer that is awaited: where an earlier case about the same was answered, by the rule for that, if
/// there is one.
#[must_use]
pub fn answer_due<T: Timeline + ?Sized>(
    rules: &[Rule],
    calendar: &Calendar,
    tree: &T,
    begun: Begun<'_>,
    was_answered_before: bool,
) -> Option<Day> {
    let by = |step| due(rules, calendar, tree, Begun { step, ..begun });
    let again = was_answered_before.then(|| by(Step::AnswerAgain)).flatten();
    again.or_else(|| by(Step::Answer))
}

/// Where a step that was not taken yet stands before its deadline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Standing {
    /// There is time.
    OnTime,
    /// The deadline is near; it is not over on its own day.
    DueSoon,
    /// The deadline is over.
    Overdue,
}

impl Standing {
    /// The standing on a day; a deadline is near from so many working days before.
    #[must_use]
    pub fn on(calendar: &Calendar, today: Day, due: Day, warn_working_days: u32) -> Standing {
        if today > due {
            Standing::Overdue
        } else if calendar.working_days_between(today, due) <= warn_working_days {
            Standing::DueSoon
        } else {
            Standing::OnTime
        }
    }

    /// The last day, seen from today, on which a deadline is near; today where there is no such day.
    #[must_use]
    pub fn near_until(calendar: &Calendar, today: Day, warn_working_days: u32) -> Day {
        let first_far = calendar.add_working_days(today, warn_working_days.saturating_add(1));
        let last_near = first_far.and_then(|day| day.plus(-1));
        last_near.unwrap_or(today).max(today)
    }

    /// What a person reads.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Standing::OnTime => "Trong hạn",
            Standing::DueSoon => "Sắp đến hạn",
            Standing::Overdue => "Quá hạn",
        }
    }
}

#[cfg(test)]
mod tests;
