//! What becomes of a case after its dispatch: assigned, answered, looked at, told, judged.

use kiennghi_shared::access::Role;
use kiennghi_shared::calendar::Day;
use kiennghi_shared::id::{DocumentId, UnitCode};
use kiennghi_shared::record::Edit;
use kiennghi_shared::schema::Kind;

use super::plan::{DAYS_TO_ANSWER, agency_for, answer_to, outcome_of};
use super::{Made, Raised, Term, plus};

impl Term<'_> {
    /// What becomes of one case after its dispatch.
    pub(super) fn follow(
        &mut self,
        case: &Made,
        dispatch: DocumentId,
        (to, _): &(UnitCode, &str),
        sent: Day,
        raised: &[Raised],
    ) -> anyhow::Result<()> {
        let number = case.number;
        let said = self.matter(case.matter);
        let committee = self.committee()?;
        let is_own = *to == committee.unit;
        let of = |rest: Vec<Edit>| {
            let mut edits = vec![
                Edit::new("case", case.id.to_string()),
                Edit::new("dispatch", dispatch.to_string()),
            ];
            edits.extend(rest);
            edits
        };
        // What goes up is answered on paper, which the committee notes.
        let mut answers = committee;
        if is_own {
            let executive = self.somebody(Role::Executive, to)?;
            let agency = UnitCode(format!("{to}-{}", agency_for(&said.field)));
            answers = self.somebody(Role::Agency, &agency)?;
            let day = plus(sent, 3)?;
            let edits = of(vec![
                Edit::new("part", "lead"),
                Edit::new("date", day.to_string()),
                Edit::new("due", plus(sent, DAYS_TO_ANSWER)?.to_string()),
                Edit::new("recorder", executive.name.0.clone()),
            ]);
            self.write(executive, Kind::Assignment, &agency, None, day, &edits)?;
            self.hand_in(day)?;
        }
        // One in eleven is still to be answered; every fifth comes late.
        if number % 11 == 10 {
            return Ok(());
        }
        let late = if number % 5 == 4 { 30 } else { 0 };
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
        let answer = self.write(answers, Kind::Answer, &answers.unit, None, day, &edits)?;
        self.hand_in(day)?;
        self.visit(case, answer, outcome, day, raised)?;
        self.judge(case, answer, outcome, plus(day, 60)?)
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
        let committee = self.committee()?;
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
            Edit::new("resolved", resolved),
            Edit::new("verdict", verdict),
            Edit::new("recorder", committee.name.0.clone()),
        ];
        self.write(committee, Kind::Finding, &committee.unit, None, day, &edits)?;
        self.hand_in(day)
    }
}
