//! A whole term of the council, made up: ten sessions, 303 petitions, and what became of them, each
//! document written by whoever writes such things and taken in by the gate. No chance in it: what is written
//! follows from counting, so that every demo term has the same numbers.

mod after;
mod letters;
mod plan;

use std::collections::BTreeMap;

use anyhow::{Context, bail};
use kiennghi_shared::access::Role;
use kiennghi_shared::calendar::Day;
use kiennghi_shared::document::Document;
use kiennghi_shared::id::{DocumentId, UnitCode, UserName};
use kiennghi_shared::papers::consolidation_of;
use kiennghi_shared::record::{Edit, case_code, petition_code};
use kiennghi_shared::schema::Kind;
use kiennghi_shared::wire::{DocumentChanges, DocumentHeader};

pub(super) use self::plan::SESSIONS;
use self::plan::{PETITIONS, is_repeated, waits};
use super::data::{DemoData, Petition, User};
use super::documents::{Recorders, random};

const DAY_MS: i64 = 24 * 60 * 60 * 1000;
/// Changes in one push.
const PUSH: usize = 100;

/// A petition that was raised.
struct Raised {
    id: DocumentId,
    unit: UnitCode,
    village: String,
    /// Which of the demo's petitions it repeats.
    matter: usize,
}

/// A case that was made of petitions.
struct Made {
    id: DocumentId,
    /// Whose committee has it: a commune's, of what is a commune's own to decide.
    unit: UnitCode,
    matter: usize,
    raised: Vec<usize>,
    /// Counts up over the term.
    number: usize,
}

pub(super) struct Term<'a> {
    demo: &'a DemoData,
    recorders: Recorders<'a>,
    today: Day,
    queued: BTreeMap<UserName, Vec<DocumentChanges>>,
    written: usize,
    cases: usize,
    letters: usize,
    /// The last case of each matter in a unit.
    earlier: BTreeMap<(usize, UnitCode), DocumentId>,
}

impl<'a> Term<'a> {
    pub(super) fn new(demo: &'a DemoData, recorders: Recorders<'a>, today: Day) -> Self {
        Self {
            demo,
            recorders,
            today,
            queued: BTreeMap::new(),
            written: 0,
            cases: 0,
            letters: 0,
            earlier: BTreeMap::new(),
        }
    }

    /// Writes the term as far as it has come today; returns how many documents were made.
    pub(super) fn record(mut self) -> anyhow::Result<usize> {
        for (session, (code, _, first)) in SESSIONS.iter().enumerate() {
            let first = Day::parse(first).context("a session's day")?;
            let raised = self.raise(session, code, first)?;
            self.receive(session, code, first)?;
            self.note_reports(session, code, first)?;
            let cases = self.consolidate(session, code, first, &raised)?;
            self.pass_on(session, first, &raised, &cases)?;
        }
        Ok(self.written)
    }

    fn communes(&self) -> Vec<&'a UnitCode> {
        let delegates = self.demo.users.iter();
        let mut units: Vec<_> = delegates
            .filter(|user| user.role == Role::Delegate)
            .map(|user| &user.unit)
            .collect();
        units.dedup();
        units
    }

    fn somebody(&self, role: Role, unit: &UnitCode) -> anyhow::Result<&'a User> {
        let mut users = self.demo.users.iter();
        users
            .find(|user| user.role == role && user.unit == *unit)
            .with_context(|| format!("no {} in {unit}", role.name()))
    }

    fn committee(&self) -> anyhow::Result<&'a User> {
        let mut users = self.demo.users.iter();
        users
            .find(|user| user.role == Role::StandingCommittee)
            .context("no committee")
    }

    /// The committee of a unit that has an account; the district's writes for the others.
    fn committee_of(&self, unit: &UnitCode) -> anyhow::Result<&'a User> {
        match self.somebody(Role::StandingCommittee, unit) {
            Ok(user) => Ok(user),
            Err(_) => self.committee(),
        }
    }

    fn matter(&self, matter: usize) -> &'a Petition {
        &self.demo.petitions[matter]
    }

    fn raise(&mut self, session: usize, code: &str, first: Day) -> anyhow::Result<Vec<Raised>> {
        let communes = self.communes();
        let day = plus(first, -21)?;
        let mut meetings = Vec::new();
        for (index, unit) in communes.iter().enumerate() {
            let village = self.village(unit, session + index);
            let day = plus(day, index as i32)?;
            let delegate = self.somebody(Role::Delegate, unit)?;
            let edits = [
                Edit::new("session", code),
                Edit::new("phase", "before"),
                Edit::new("plan_number", format!("{}/KH-HĐND", session + 11)),
                Edit::new("date", day.to_string()),
                Edit::new("place", format!("Nhà văn hoá {village}")),
                Edit::new("village", village),
                Edit::new("meeting_kind", "periodic"),
                Edit::new("delegates", delegate.display.clone()),
                Edit::new(
                    "voters_present",
                    (40 + (session * 7 + index * 5) % 50) as i64,
                ),
                Edit::new("recorder", delegate.name.0.clone()),
                Edit::new("recorded_at", at(day)),
            ];
            let id = self.write(delegate, Kind::Meeting, unit, None, day, &edits)?;
            meetings.push((id, day));
        }
        let mut raised = Vec::new();
        for count in 0..PETITIONS[session] {
            // Every fourth says what the one before it said, in another commune.
            let matter = (session * 13 + count - count / 4) % self.demo.petitions.len();
            let index = count % communes.len();
            let (unit, (meeting, day)) = (communes[index], meetings[index]);
            let village = self.village(unit, session + count);
            let said = self.matter(matter);
            let delegate = self.somebody(Role::Delegate, unit)?;
            let id = DocumentId::new(at(day).unsigned_abs(), random()?);
            let edits = [
                Edit::new("code", petition_code(id)),
                Edit::new("meeting", meeting.to_string()),
                Edit::new("village", village.clone()),
                Edit::new("content", said.content.clone()),
                Edit::new("voters", (1 + (session * 3 + count * 5) % 24) as i64),
                Edit::new("field", said.field.clone()),
                Edit::new("competence", said.competence.clone()),
                Edit::new("petition_kind", said.petition_kind.clone()),
                Edit::new("recorder", delegate.name.0.clone()),
                Edit::new("recorded_at", at(day) + count as i64 * 60_000),
            ];
            self.write(delegate, Kind::Petition, unit, Some(id), day, &edits)?;
            raised.push(Raised {
                id,
                unit: unit.clone(),
                village,
                matter,
            });
        }
        self.hand_in(first)?;
        Ok(raised)
    }

    fn village(&self, unit: &UnitCode, index: usize) -> String {
        let villages = self.demo.villages(unit);
        match villages.len() {
            0 => String::new(),
            count => villages[index % count].clone(),
        }
    }

    fn consolidate(
        &mut self,
        session: usize,
        code: &str,
        first: Day,
        raised: &[Raised],
    ) -> anyhow::Result<Vec<Made>> {
        let day = plus(first, 3)?;
        let district = &self.committee()?.unit;
        let mut matters: BTreeMap<(usize, &UnitCode), Vec<usize>> = BTreeMap::new();
        let petitions = raised.iter().enumerate();
        for (index, petition) in petitions.filter(|(index, _)| !waits(session, *index)) {
            // What is a commune's to decide is its own committee's case, and closed there.
            let unit = match self.matter(petition.matter).competence.as_str() {
                "commune" => &petition.unit,
                _ => district,
            };
            let of_matter = matters.entry((petition.matter, unit)).or_default();
            of_matter.push(index);
        }
        let mut cases = Vec::new();
        for ((matter, unit), own) in matters {
            let said = self.matter(matter);
            let unit = unit.clone();
            let committee = self.committee_of(&unit)?;
            let id = DocumentId::new(at(day).unsigned_abs(), random()?);
            let mut edits = vec![
                Edit::new("code", case_code(id)),
                Edit::new("wording", said.content.clone()),
                Edit::new("field", said.field.clone()),
                Edit::new("competence", said.competence.clone()),
                Edit::new("session", code),
                Edit::new("recorder", committee.name.0.clone()),
                Edit::new("recorded_at", at(day)),
            ];
            let earlier = self.earlier.insert((matter, unit.clone()), id);
            if let Some(earlier) = earlier.filter(|_| is_repeated(self.cases)) {
                edits.push(Edit::new("repeated_from", earlier.to_string()));
            }
            self.write(committee, Kind::Case, &unit, Some(id), day, &edits)?;
            for index in &own {
                let petition = &raised[*index];
                let edits = [
                    Edit::new("petition", petition.id.to_string()),
                    Edit::new("case", id.to_string()),
                ];
                let own_id = Some(consolidation_of(petition.id));
                let kind = Kind::Consolidation;
                self.write(committee, kind, &petition.unit, own_id, day, &edits)?;
            }
            cases.push(Made {
                id,
                unit,
                matter,
                raised: own,
                number: self.cases,
            });
            self.cases += 1;
        }
        self.hand_in(day)?;
        Ok(cases)
    }

    /// Has somebody write a document on a day, to be handed in.
    fn write(
        &mut self,
        user: &User,
        kind: Kind,
        unit: &UnitCode,
        id: Option<DocumentId>,
        day: Day,
        edits: &[Edit],
    ) -> anyhow::Result<DocumentId> {
        let (_, actor) = self.recorders.device(&user.name)?;
        let id = match id {
            Some(id) => id,
            None => DocumentId::new(at(day).unsigned_abs(), random()?),
        };
        let mut document = Document::new(actor);
        let change = document
            .edit(kind, edits, &user.name, at(day))?
            .context("a document without anything")?;
        let push = DocumentChanges {
            changes: vec![change.bytes],
            ..DocumentChanges::of(DocumentHeader {
                id,
                kind,
                unit: unit.clone(),
            })
        };
        self.queued.entry(user.name.clone()).or_default().push(push);
        self.written += 1;
        Ok(id)
    }

    /// Hands in on a day what was written.
    fn hand_in(&mut self, day: Day) -> anyhow::Result<()> {
        for (user, written) in std::mem::take(&mut self.queued) {
            let (caller, _) = self.recorders.device(&user)?;
            for push in written.chunks(PUSH) {
                let gate = self.recorders.gate();
                let judgement = gate.admit(&caller, push.to_vec(), at(day))?;
                let mut verdicts = judgement.verdicts.iter();
                if let Some(verdict) = verdicts.find(|verdict| !verdict.is_stored()) {
                    bail!("the gate says {verdict:?} to a document of {user}");
                }
            }
        }
        Ok(())
    }
}

fn plus(day: Day, days: i32) -> anyhow::Result<Day> {
    day.plus(days).context("a day beyond the calendar")
}

/// Eight in the morning of a day in Vietnam, milliseconds since 1970.
fn at(day: Day) -> i64 {
    let epoch = Day::parse("1970-01-01").map_or(0, |epoch| day.days_since(epoch));
    i64::from(epoch) * DAY_MS + DAY_MS / 24
}
