//! What becomes of a case after its dispatch: assigned, answered, looked at, told, judged.

use kiennghi_shared::access::Role;
use kiennghi_shared::calendar::Day;
use kiennghi_shared::id::{DocumentId, UnitCode};
use kiennghi_shared::record::Edit;
use kiennghi_shared::schema::Kind;

use super::letters::Letter;
use super::plan::{
    DAYS_TO_ANSWER, agency_for, answer_to, is_late, is_sent_again, is_sent_back, outcome_of,
};
use super::{Made, Raised, Term, plus};

impl Term<'_> {
    /// What becomes of one case after its dispatch.
    pub(super) fn follow(
        &mut self,
        case: &Made,
        dispatch: DocumentId,
        to: &UnitCode,
        sent: Day,
        raised: &[Raised],
    ) -> anyhow::Result<()> {
        let number = case.number;
        let said = self.matter(case.matter);
        let committee = self.committee_of(&case.unit)?;
        let is_own = *to == self.committee()?.unit;
        let of = |rest: Vec<Edit>| {
            let mut edits = vec![
                Edit::new("case", case.id.to_string()),
                Edit::new("dispatch", dispatch.to_string()),
            ];
            edits.extend(rest);
            edits
        };
        // What goes up is answered on paper, which the committee notes; so is what a commune answers that has no account.
        let (mut answers, mut unit) = (committee, &case.unit);
        if let Ok(executive) = self.somebody(Role::Executive, to) {
            (answers, unit) = (executive, to);
        }
        if is_own && is_sent_back(number) {
            return self.send_back(case, dispatch, sent);
        }
        if is_own {
            let executive = answers;
            let agency = UnitCode(format!("{to}-{}", agency_for(&said.field)));
            answers = self.somebody(Role::Agency, &agency)?;
            unit = &answers.unit;
            let day = plus(sent, 3)?;
            let edits = of(vec![
                Edit::new("part", "lead"),
                Edit::new("date", day.to_string()),
                Edit::new("due", plus(sent, DAYS_TO_ANSWER)?.to_string()),
                Edit::new("recorder", executive.name.0.clone()),
            ]);
            self.write(executive, Kind::Assignment, &agency, None, day, &edits)?;
            if number % 6 == 5 {
                let helper = if agency.0.ends_with("KTHT") {
                    "NNMT"
                } else {
                    "KTHT"
                };
                let helper = UnitCode(format!("{to}-{helper}"));
                let edits = of(vec![
                    Edit::new("part", "coordinating"),
                    Edit::new("date", day.to_string()),
                    Edit::new("recorder", executive.name.0.clone()),
                ]);
                self.write(executive, Kind::Assignment, &helper, None, day, &edits)?;
            }
            self.hand_in(day)?;
        }
        // One in eleven is still to be answered.
        if number % 11 == 10 {
            return self.remind(case, dispatch, to, plus(sent, DAYS_TO_ANSWER + 5)?);
        }
        let late = if is_late(number) { 30 } else { 0 };
        let day = plus(sent, 14 + (number * 7 % 28) as i32 + late)?;
        if day > self.today {
            return Ok(());
        }
        let (outcome, measure) = outcome_of(number);
        let mut edits = of(vec![
            Edit::new("outcome", outcome),
            Edit::new("measure", measure),
            Edit::new("content", answer_to(outcome)),
            Edit::new("number", format!("{}/BC", number + 101)),
            Edit::new("date", day.to_string()),
            Edit::new("recorder", answers.name.0.clone()),
        ]);
        if measure == "roadmap" {
            edits.push(Edit::new(
                "roadmap",
                "Khảo sát trong quý tới, bố trí vốn năm sau.",
            ));
            edits.push(Edit::new("expected", plus(day, 300)?.to_string()));
        }
        let answer = self.write(answers, Kind::Answer, unit, None, day, &edits)?;
        self.hand_in(day)?;
        self.visit(case, answer, outcome, day, raised)?;
        self.judge(case, answer, outcome, plus(day, 60)?)?;
        let village = &raised[case.raised[0]];
        self.dispute(case, answer, village, plus(day, 90)?)
    }

    /// Voters say of what was closed that it is not solved: one case in twenty-nine.
    fn dispute(
        &mut self,
        case: &Made,
        answer: DocumentId,
        raised: &Raised,
        day: Day,
    ) -> anyhow::Result<()> {
        if day > self.today || case.number % 29 != 5 {
            return Ok(());
        }
        let delegate = self.somebody(Role::Delegate, &raised.unit)?;
        let edits = [
            Edit::new("case", case.id.to_string()),
            Edit::new("answer", answer.to_string()),
            Edit::new("date", day.to_string()),
            Edit::new("village", raised.village.clone()),
            Edit::new("how", "read-out"),
            Edit::new("reaction", "not-solved"),
            Edit::new("recorder", delegate.name.0.clone()),
        ];
        self.write(delegate, Kind::Notice, &raised.unit, None, day, &edits)?;
        self.hand_in(day)
    }

    /// The executive says that a case is not its own; then it goes up, now and then.
    fn send_back(&mut self, case: &Made, dispatch: DocumentId, sent: Day) -> anyhow::Result<()> {
        let day = plus(sent, 5)?;
        let executive = self.somebody(Role::Executive, &case.unit)?;
        let edits = [
            Edit::new("case", case.id.to_string()),
            Edit::new("dispatch", dispatch.to_string()),
            Edit::new("outcome", "sent-back"),
            Edit::new(
                "content",
                "Nội dung thuộc thẩm quyền của Ủy ban nhân dân tỉnh.",
            ),
            Edit::new("date", day.to_string()),
            Edit::new("recorder", executive.name.0.clone()),
        ];
        self.write(executive, Kind::Answer, &case.unit, None, day, &edits)?;
        self.hand_in(day)?;
        if is_sent_again(case.number) {
            let day = plus(day, 4)?;
            let letter = Letter {
                kind: "transfer",
                follows: Some(dispatch),
                from: &case.unit,
                to: &UnitCode("QN".to_owned()),
            };
            self.dispatch(&letter, day, &[case])?;
            self.hand_in(day)?;
        }
        Ok(())
    }

    /// The committee reminds of a case that nobody has answered.
    fn remind(
        &mut self,
        case: &Made,
        dispatch: DocumentId,
        to: &UnitCode,
        day: Day,
    ) -> anyhow::Result<()> {
        if day > self.today {
            return Ok(());
        }
        let letter = Letter {
            kind: "reminder",
            follows: Some(dispatch),
            from: &case.unit,
            to,
        };
        self.dispatch(&letter, day, &[case])?;
        self.hand_in(day)
    }

    /// Delegates look whether it is so, and tell voters.
    fn visit(
        &mut self,
        case: &Made,
        answer: DocumentId,
        outcome: &str,
        answered: Day,
        raised: &[Raised],
    ) -> anyhow::Result<()> {
        let day = plus(answered, 12)?;
        if day > self.today {
            return Ok(());
        }
        let about = |rest: Vec<Edit>| {
            let mut edits = vec![
                Edit::new("case", case.id.to_string()),
                Edit::new("answer", answer.to_string()),
                Edit::new("date", day.to_string()),
            ];
            edits.extend(rest);
            edits
        };
        let first = &raised[case.raised[0]];
        let holds = match outcome {
            "resolved" if case.number % 7 == 6 => "partly",
            "resolved" => "holds",
            _ => "not-needed",
        };
        let delegate = self.somebody(Role::Delegate, &first.unit)?;
        let edits = about(vec![
            Edit::new("village", first.village.clone()),
            Edit::new("holds", holds),
            Edit::new("recorder", delegate.name.0.clone()),
        ]);
        self.write(delegate, Kind::Check, &first.unit, None, day, &edits)?;
        // One case in nine was told nowhere yet.
        for index in case.raised.iter().filter(|_| case.number % 9 != 8) {
            let own = &raised[*index];
            let delegate = self.somebody(Role::Delegate, &own.unit)?;
            let reaction = if case.number % 10 == 3 {
                "not-solved"
            } else {
                "agreed"
            };
            let edits = about(vec![
                Edit::new("village", own.village.clone()),
                Edit::new("how", "read-out"),
                Edit::new("voters", (30 + case.number % 25) as i64),
                Edit::new("reaction", reaction),
                Edit::new("recorder", delegate.name.0.clone()),
            ]);
            self.write(delegate, Kind::Notice, &own.unit, None, day, &edits)?;
        }
        self.hand_in(day)
    }

    fn judge(
        &mut self,
        case: &Made,
        answer: DocumentId,
        outcome: &str,
        day: Day,
    ) -> anyhow::Result<()> {
        // One in thirteen waits for its verdict.
        if day > self.today || case.number % 13 == 12 {
            return Ok(());
        }
        let committee = self.committee_of(&case.unit)?;
        let timeliness = if is_late(case.number) {
            "late"
        } else {
            "on-time"
        };
        let closes = matches!(outcome, "resolved" | "explained") && case.number % 10 != 3;
        let (verdict, resolved) = if closes {
            ("close", "for-good")
        } else {
            ("follow", "not-for-good")
        };
        let edits = [
            Edit::new("case", case.id.to_string()),
            Edit::new("answer", answer.to_string()),
            Edit::new("date", day.to_string()),
            Edit::new("timeliness", timeliness),
            Edit::new("resolved", resolved),
            Edit::new("verdict", verdict),
            Edit::new("recorder", committee.name.0.clone()),
        ];
        self.write(committee, Kind::Finding, &case.unit, None, day, &edits)?;
        self.hand_in(day)
    }
}
