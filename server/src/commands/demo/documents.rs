//! The demo's meetings and petitions as documents: each delegate has a device of its own, and
//! what it records goes through the gate.

use std::collections::HashMap;
use std::sync::Arc;

use anyhow::{Context, bail};
use jiff::civil::Date;
use jiff::tz::Offset;
use kiennghi_shared::document::Document;
use kiennghi_shared::id::{ActorId, DocumentId, UserName};
use kiennghi_shared::record::{Edit, Value};
use kiennghi_shared::schema::Kind;
use kiennghi_shared::wire::{DocumentChanges, DocumentHeader};

use super::data::{DemoData, Meeting, Petition};
use crate::auth::{Caller, Callers};
use crate::gate::Gate;
use crate::store::Store;

/// Vietnam's clocks.
const OFFSET: Offset = Offset::constant(7);
const MINUTE_MS: i64 = 60_000;
const DAY_MS: i64 = 24 * 60 * MINUTE_MS;
/// Every so manieth petition was corrected by a second delegate some days later.
const CORRECTED_EVERY: usize = 6;

pub(super) struct Recorders<'a> {
    store: &'a Arc<dyn Store>,
    callers: &'a Callers,
    gate: &'a Gate,
    now_ms: i64,
    devices: HashMap<UserName, (Caller, ActorId)>,
}

impl<'a> Recorders<'a> {
    pub(super) fn new(
        store: &'a Arc<dyn Store>,
        callers: &'a Callers,
        gate: &'a Gate,
        now_ms: i64,
    ) -> Self {
        Self {
            store,
            callers,
            gate,
            now_ms,
            devices: HashMap::new(),
        }
    }

    /// Records all; returns how many documents were made.
    pub(super) fn record(mut self, demo: &DemoData) -> anyhow::Result<usize> {
        let mut meetings: HashMap<&str, (DocumentId, &Meeting)> = HashMap::new();
        for meeting in &demo.meetings {
            let edits = meeting_edits(meeting, &demo.session.code);
            let header = header(Kind::Meeting, meeting, minute(meeting, 0)?)?;
            meetings.insert(&meeting.key, (header.id, meeting));
            self.edit(&meeting.recorder, header, None, &edits, minute(meeting, 0)?)?;
        }
        let mut numbers: HashMap<&str, u32> = HashMap::new();
        for (index, petition) in demo.petitions.iter().enumerate() {
            let (meeting_id, meeting) = *meetings
                .get(petition.meeting.as_str())
                .with_context(|| format!("no meeting {}", petition.meeting))?;
            let number = numbers.entry(&meeting.unit.0).or_default();
            *number += 1;
            let at = minute(meeting, 10 + 5 * i64::from(*number))?;
            let code = petition_code(demo, meeting, *number);
            let edits = petition_edits(petition, meeting, meeting_id, &code, at);
            let header = header(Kind::Petition, meeting, at)?;
            let document = self.edit(&meeting.recorder, header.clone(), None, &edits, at)?;
            if index % CORRECTED_EVERY == 0 {
                self.correct(demo, petition, meeting, header, document, at + 2 * DAY_MS)?;
            }
        }
        Ok(demo.meetings.len() + demo.petitions.len())
    }

    /// A second delegate of the unit corrects a petition; now and then the first one does so at
    /// the same time, not knowing.
    fn correct(
        &mut self,
        demo: &DemoData,
        petition: &Petition,
        meeting: &Meeting,
        header: DocumentHeader,
        document: Document,
        at: i64,
    ) -> anyhow::Result<()> {
        let colleague = demo
            .users
            .iter()
            .find(|user| user.unit == meeting.unit && user.name != meeting.recorder);
        let Some(colleague) = colleague else {
            return Ok(());
        };
        let voters = petition.voters.unwrap_or(1) + 4;
        let edits = [
            Edit::new("voters", voters),
            Edit::new(
                "place",
                format!("{} (đã đi xem tại chỗ)", petition.place).as_str(),
            ),
        ];
        let base = Some(document);
        self.edit(&colleague.name, header.clone(), base.clone(), &edits, at)?;
        if petition.field == "transport" {
            let edits = [Edit::new("voters", voters + 3)];
            self.edit(&meeting.recorder, header, base, &edits, at + 3 * MINUTE_MS)?;
        }
        Ok(())
    }

    /// Edits a document on the recorder's device and pushes the change.
    fn edit(
        &mut self,
        recorder: &UserName,
        header: DocumentHeader,
        base: Option<Document>,
        edits: &[Edit],
        at: i64,
    ) -> anyhow::Result<Document> {
        let (caller, actor) = self.device(recorder)?;
        let mut document = match base {
            Some(mut base) => {
                base.set_actor(actor);
                base
            }
            None => Document::new(actor),
        };
        let change = document
            .edit(header.kind, edits, recorder, at)?
            .context("an edit that changes nothing")?;
        let push = DocumentChanges {
            changes: vec![change.bytes],
            ..DocumentChanges::of(header)
        };
        let judgement = self.gate.admit(&caller, vec![push], self.now_ms)?;
        match judgement
            .verdicts
            .iter()
            .find(|verdict| !verdict.is_stored())
        {
            Some(verdict) => bail!("the gate says {verdict:?} to a demo document"),
            None => Ok(document),
        }
    }

    /// The gate that all goes through.
    pub(super) fn gate(&self) -> &'a Gate {
        self.gate
    }

    /// The device of a user.
    pub(super) fn device(&mut self, user: &UserName) -> anyhow::Result<(Caller, ActorId)> {
        if let Some(device) = self.devices.get(user) {
            return Ok(device.clone());
        }
        let id = self.store.add_device(user, "demo", None, self.now_ms)?;
        let caller = self
            .callers
            .of_device(id, user)?
            .with_context(|| format!("no user {user}"))?;
        let device = (caller, ActorId(random()?));
        self.devices.insert(user.clone(), device.clone());
        Ok(device)
    }
}

pub(super) fn random<const LEN: usize>() -> anyhow::Result<[u8; LEN]> {
    let mut bytes = [0; LEN];
    getrandom::fill(&mut bytes)?;
    Ok(bytes)
}

fn header(kind: Kind, meeting: &Meeting, at: i64) -> anyhow::Result<DocumentHeader> {
    let id = DocumentId::new(at.unsigned_abs(), random()?);
    Ok(DocumentHeader {
        id,
        kind,
        unit: meeting.unit.clone(),
    })
}

/// So many minutes after a meeting began, milliseconds since 1970.
fn minute(meeting: &Meeting, minutes: i64) -> anyhow::Result<i64> {
    let day: Date = meeting.date.parse()?;
    let begin = OFFSET.to_timestamp(day.at(8, 0, 0, 0))?;
    Ok(begin.as_millisecond() + minutes * MINUTE_MS)
}

/// Such as `KN-QL-0001`: the initials of the unit's own name, and a number within the unit.
fn petition_code(demo: &DemoData, meeting: &Meeting, number: u32) -> String {
    let name = demo.unit_name(&meeting.unit);
    // The tier's words begin the name: "Xã Quảng Lâm", "Thị trấn Đầm Hà".
    let tier_words = if name.starts_with("Thị trấn ") {
        2
    } else {
        1
    };
    let initials: String = name
        .split_whitespace()
        .skip(tier_words)
        .filter_map(|word| kiennghi_shared::text::fold(word).chars().next())
        .map(|letter| letter.to_ascii_uppercase())
        .collect();
    let tier = if tier_words == 2 { "TT" } else { "" };
    format!("KN-{tier}{initials}-{number:04}")
}

fn line(key: &str, value: &str) -> Edit {
    Edit::new(key, value)
}

fn meeting_edits(meeting: &Meeting, session: &str) -> Vec<Edit> {
    let recorded_at = minute(meeting, 0).unwrap_or(0);
    vec![
        line("session", session),
        line("phase", &meeting.phase),
        line("plan_number", &meeting.plan_number),
        line("date", &meeting.date),
        line("place", &meeting.place),
        line("village", &meeting.village),
        line("meeting_kind", &meeting.kind),
        line("delegates", &meeting.delegates.join("\n")),
        Edit::new("voters_present", meeting.voters_present),
        line("minutes", &meeting.minutes),
        line("recorder", &meeting.recorder.0),
        Edit::new("recorded_at", recorded_at),
    ]
}

fn petition_edits(
    petition: &Petition,
    meeting: &Meeting,
    meeting_id: DocumentId,
    code: &str,
    at: i64,
) -> Vec<Edit> {
    vec![
        line("code", code),
        line("meeting", &meeting_id.to_string()),
        line("village", &petition.village),
        line("place", &petition.place),
        line("content", &petition.content),
        Edit::new(
            "voters",
            petition.voters.map_or(Value::Empty, Value::Number),
        ),
        line("field", &petition.field),
        line("competence", &petition.competence),
        line("petition_kind", &petition.petition_kind),
        line("keywords", &petition.keywords.join("\n")),
        line("recorder", &meeting.recorder.0),
        Edit::new("recorded_at", at),
    ]
}
