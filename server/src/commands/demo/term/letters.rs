//! What the committees send: cases on to whoever decides, once more where they came back, and reminders. And what comes
//! to them otherwise: citizens who are received, and reports of the communes.

use std::collections::BTreeMap;

use kiennghi_shared::access::Role;
use kiennghi_shared::bodies;
use kiennghi_shared::calendar::Day;
use kiennghi_shared::catalogue::COMMITTEE;
use kiennghi_shared::id::{DocumentId, UnitCode};
use kiennghi_shared::record::Edit;
use kiennghi_shared::schema::Kind;

use super::plan::{DAYS_TO_ANSWER, DAYS_WHEN_REMINDED, SESSIONS};
use super::{Made, Raised, Term, at, plus};

/// The competences, in the order in which letters are written.
const COMPETENCES: [&str; 4] = ["commune", "district", "province", "central"];

/// A letter: of what kind it is, which it follows, and whom it is for.
pub(super) struct Letter<'a> {
    pub(super) kind: &'static str,
    pub(super) follows: Option<DocumentId>,
    pub(super) from: &'a UnitCode,
    pub(super) to: &'a UnitCode,
}

impl Term<'_> {
    /// Citizens are received in one commune after the other, and now and then a denunciation is handed over on paper.
    pub(super) fn receive(&mut self, session: usize, code: &str, first: Day) -> anyhow::Result<()> {
        let communes = self.communes();
        let unit = communes[session % communes.len()];
        let day = plus(first, -10)?;
        let delegate = self.somebody(Role::Delegate, unit)?;
        let mut edits = vec![
            Edit::new("session", code),
            Edit::new("phase", "before"),
            Edit::new("date", day.to_string()),
            Edit::new("place", "Trụ sở tiếp công dân"),
            Edit::new("meeting_kind", "reception-regular"),
            Edit::new("delegates", delegate.display.clone()),
            Edit::new("recorder", delegate.name.0.clone()),
            Edit::new("recorded_at", at(day)),
        ];
        if session % 4 == 2 {
            edits.push(Edit::new("denunciations", format!("{}/TC", session + 1)));
        }
        self.write(delegate, Kind::Meeting, unit, None, day, &edits)?;
        self.hand_in(first)
    }

    /// The communes report before a session, each day some of them, but for one that is missing.
    pub(super) fn note_reports(
        &mut self,
        session: usize,
        code: &str,
        first: Day,
    ) -> anyhow::Result<()> {
        let committee = self.committee()?;
        let to = bodies::committee(self.demo.unit_name(&committee.unit));
        for (index, unit) in self.communes().into_iter().enumerate() {
            let day = plus(first, index as i32 / 3 - 9)?;
            if day > self.today || (session + index) % 9 == 8 {
                continue;
            }
            let edits = [
                Edit::new("dispatch_kind", "report"),
                Edit::new("number", format!("{}/BC-TTHĐND", session * 3 + index + 5)),
                Edit::new("date", plus(day, -2)?.to_string()),
                Edit::new(
                    "subject",
                    "Báo cáo tổng hợp, giải quyết kiến nghị của cử tri",
                ),
                Edit::new("from_unit", unit.0.clone()),
                Edit::new("to", to.clone()),
                Edit::new("to_unit", committee.unit.0.clone()),
                Edit::new("to_role", COMMITTEE),
                Edit::new("session", code),
                Edit::new("due", plus(first, -8)?.to_string()),
                Edit::new("sent", day.to_string()),
                Edit::new("recorder", committee.name.0.clone()),
                Edit::new("recorded_at", at(day)),
            ];
            self.write(
                committee,
                Kind::Dispatch,
                &committee.unit,
                None,
                day,
                &edits,
            )?;
        }
        self.hand_in(first)
    }

    /// Passes a session's cases on, a letter for each committee and competence, and has them answered, told and judged.
    pub(super) fn pass_on(
        &mut self,
        session: usize,
        first: Day,
        raised: &[Raised],
        cases: &[Made],
    ) -> anyhow::Result<()> {
        let sent = plus(first, 7)?;
        let mut letters: BTreeMap<(usize, &UnitCode), Vec<&Made>> = BTreeMap::new();
        for case in cases {
            let competence = self.matter(case.matter).competence.as_str();
            let place = COMPETENCES.iter().position(|one| *one == competence);
            let place = place.unwrap_or_default();
            letters.entry((place, &case.unit)).or_default().push(case);
        }
        for ((place, unit), own) in letters {
            let goes_up = place >= 2;
            // The last session's cases of higher tiers still wait.
            if goes_up && session + 1 == SESSIONS.len() {
                continue;
            }
            let to = if goes_up {
                &UnitCode("QN".to_owned())
            } else {
                unit
            };
            let letter = Letter {
                kind: "transfer",
                follows: None,
                from: unit,
                to,
            };
            let dispatch = self.dispatch(&letter, sent, &own)?;
            self.hand_in(sent)?;
            for case in own {
                self.follow(case, dispatch, to, sent, raised)?;
            }
        }
        Ok(())
    }

    /// A letter of a committee with its cases.
    pub(super) fn dispatch(
        &mut self,
        letter: &Letter<'_>,
        sent: Day,
        cases: &[&Made],
    ) -> anyhow::Result<DocumentId> {
        let committee = self.committee_of(letter.from)?;
        let ids: Vec<String> = cases.iter().map(|case| case.id.to_string()).collect();
        let (subject, days) = match letter.kind {
            "reminder" => (
                "Đôn đốc giải quyết, trả lời kiến nghị của cử tri",
                DAYS_WHEN_REMINDED,
            ),
            _ => ("Chuyển kiến nghị của cử tri", DAYS_TO_ANSWER),
        };
        self.letters += 1;
        let to = self.demo.unit_name(letter.to);
        let mut edits = vec![
            Edit::new("dispatch_kind", letter.kind),
            Edit::new("number", format!("{}/TTHĐND", self.letters + 20)),
            Edit::new("date", sent.to_string()),
            Edit::new("signer", "Hoàng Văn Thành"),
            Edit::new("signer_title", "Phó Chủ tịch"),
            Edit::new("to", bodies::answerer(to, "")),
            Edit::new("to_unit", letter.to.0.clone()),
            Edit::new("to_role", "executive"),
            Edit::new("subject", subject),
            Edit::new("due", plus(sent, days)?.to_string()),
            Edit::new("cases", ids.join("\n")),
            Edit::new("sent", sent.to_string()),
            Edit::new("recorder", committee.name.0.clone()),
            Edit::new("recorded_at", at(sent)),
        ];
        if let Some(follows) = letter.follows {
            edits.push(Edit::new("follows", follows.to_string()));
        }
        self.write(committee, Kind::Dispatch, letter.from, None, sent, &edits)
    }
}
