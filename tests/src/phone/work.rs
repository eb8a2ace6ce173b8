//! What a delegate does on the phone: record meetings and petitions, change them, read them.

use kiennghi_shared::document::Document;
use kiennghi_shared::id::{ChangeHash, DocumentId, UnitCode};
use kiennghi_shared::record::{Edit, Record, petition_code};
use kiennghi_shared::schema::Kind;
use kiennghi_shared::session::Delivery;
use kiennghi_shared::wire::DocumentHeader;

use super::device::Moment;
use super::error::PhoneError;
use super::report::Listed;
use super::{Phone, now_ms};
use crate::random::{fresh_actor, fresh_document};

/// What is said of a new meeting.
#[derive(Debug, Clone, Default)]
pub struct MeetingDetails {
    /// Day, `yyyy-mm-dd`.
    pub date: String,
    /// Where it was held.
    pub place: Option<String>,
    /// Village.
    pub village: Option<String>,
}

impl Phone {
    /// The unit that new work belongs to: the first that may be recorded in, else the first role's.
    #[must_use]
    pub fn unit(&self) -> UnitCode {
        let profile = &self.account.profile;
        let first = profile.recording_units().next();
        let first = first.map(|unit| unit.code.clone());
        let held = || profile.grants.first().map(|grant| grant.unit.clone());
        first.or_else(held).unwrap_or_else(|| UnitCode::from(""))
    }

    /// Records a meeting.
    ///
    /// # Errors
    /// When a value does not fit or the shelf cannot store.
    pub fn record_meeting(
        &mut self,
        unit: &UnitCode,
        details: &MeetingDetails,
    ) -> Result<DocumentId, PhoneError> {
        let mut edits = vec![
            Edit::new("date", details.date.as_str()),
            Edit::new("meeting_kind", "periodic"),
        ];
        let place = details
            .place
            .as_deref()
            .map(|text| Edit::new("place", text));
        let village = details.village.as_deref();
        edits.extend(place);
        edits.extend(village.map(|text| Edit::new("village", text)));
        self.create(Kind::Meeting, unit, edits, |_| Vec::new())
    }

    /// Records a petition; its code, recorder and time are set here.
    ///
    /// # Errors
    /// When a value does not fit or the shelf cannot store.
    pub fn record_petition(
        &mut self,
        unit: &UnitCode,
        edits: Vec<Edit>,
    ) -> Result<DocumentId, PhoneError> {
        self.create(Kind::Petition, unit, edits, |id| {
            vec![Edit::new("code", petition_code(id))]
        })
    }

    fn create(
        &mut self,
        kind: Kind,
        unit: &UnitCode,
        mut edits: Vec<Edit>,
        by_id: impl FnOnce(DocumentId) -> Vec<Edit>,
    ) -> Result<DocumentId, PhoneError> {
        let now = now_ms();
        let id = fresh_document(now);
        edits.extend(by_id(id));
        edits.push(Edit::new("recorder", self.user().0.as_str()));
        edits.push(Edit::new("recorded_at", now));
        let unit = unit.clone();
        self.write(&DocumentHeader { id, kind, unit }, &edits)?;
        Ok(id)
    }

    /// Changes fields of a document that the phone holds; gives the change's hash, or nothing
    /// when nothing was different.
    ///
    /// # Errors
    /// When the phone has no such document, a value does not fit, or the shelf cannot store.
    pub fn edit(
        &mut self,
        id: DocumentId,
        edits: &[Edit],
    ) -> Result<Option<ChangeHash>, PhoneError> {
        let stored = self.stored(id)?.ok_or(PhoneError::NoDocument(id))?;
        self.write(&stored.header, edits)
    }

    /// Makes or changes a document under a header of the caller's choice.
    ///
    /// # Errors
    /// When a value does not fit or the shelf cannot store.
    pub fn write(
        &mut self,
        header: &DocumentHeader,
        edits: &[Edit],
    ) -> Result<Option<ChangeHash>, PhoneError> {
        let now_ms = now_ms();
        let fresh = &mut fresh_actor;
        let moment = &mut Moment { now_ms, fresh };
        self.device.write(header, None, edits, moment)
    }

    /// A document, loaded.
    ///
    /// # Errors
    /// When the phone has no such document or cannot read it.
    pub fn document(&self, id: DocumentId) -> Result<(DocumentHeader, Document), PhoneError> {
        let stored = self.stored(id)?.ok_or(PhoneError::NoDocument(id))?;
        Ok((stored.header, Document::load(&stored.saved)?))
    }

    /// A document's fields.
    ///
    /// # Errors
    /// When the phone has no such document or cannot read it.
    pub fn fields(&self, id: DocumentId) -> Result<Record, PhoneError> {
        let (header, document) = self.document(id)?;
        Ok(document.record(header.kind))
    }

    /// The petitions, the oldest first.
    ///
    /// # Errors
    /// When a document cannot be read.
    pub fn petitions(&self) -> Result<Vec<Listed>, PhoneError> {
        let mut petitions = Vec::new();
        for id in self.ids()? {
            let (header, document) = self.document(id)?;
            if header.kind != Kind::Petition {
                continue;
            }
            let record = document.record(header.kind);
            let value = |key: &&'static str| {
                let value = record.value(key).cloned();
                value.map(|value| ((*key).to_owned(), value))
            };
            petitions.push(Listed {
                id,
                unit: header.unit,
                delivery: match self.session().delivery(id) {
                    Delivery::Saved => "saved",
                    Delivery::Sending => "sending",
                    Delivery::Received => "received",
                },
                conflicts: record.conflicts(),
                fields: record.fields.keys().filter_map(value).collect(),
            });
        }
        Ok(petitions)
    }
}
