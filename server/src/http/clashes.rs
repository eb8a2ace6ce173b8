//! Petitions that two people put into two cases at once, or that one put into a case and another took out, as the files
//! of those cases tell of them.

use std::collections::HashMap;

use kiennghi_shared::access::{Thing, Verb};
use kiennghi_shared::desk::{Claim, VoiceRow};
use kiennghi_shared::id::{DocumentId, UserName};
use kiennghi_shared::papers::consolidation_of;
use kiennghi_shared::record::{Record, Version};
use kiennghi_shared::schema::Kind;

use super::case_file::display;
use crate::auth::Caller;
use crate::error::ApiError;
use crate::store::{Store, StoredVoice};

/// Petitions of a case of which it is told where else they might be: nobody sees to more at once.
const CONTESTED_MAX: usize = 50;
/// Petitions that are looked through for those that were put into a case and stand elsewhere.
const CONTESTED_ANYWHERE_MAX: usize = 200;

/// A case, and who reads its file: of what was said of where petitions are they are told as far as they read such things.
pub(super) struct Clashes<'a> {
    pub(super) store: &'a dyn Store,
    pub(super) caller: &'a Caller,
    pub(super) case: DocumentId,
}

impl Clashes<'_> {
    /// The petitions that the case carries.
    pub(super) fn voices(&self, voices: Vec<StoredVoice>) -> Result<Vec<VoiceRow>, ApiError> {
        let contested = voices.iter().filter(|voice| voice.clashes > 0);
        let said = self.said(contested.take(CONTESTED_MAX))?;
        let row = |voice: StoredVoice| match said.get(&voice.id) {
            Some(said) => Ok(self.row(voice, self.claims(said)?)),
            None => Ok(self.row(voice, Vec::new())),
        };
        voices.into_iter().map(row).collect()
    }

    /// The petitions that somebody put into it and that stand elsewhere.
    pub(super) fn elsewhere(&self) -> Result<Vec<VoiceRow>, ApiError> {
        let (caller, consolidations) = (self.caller, Thing::Document(Kind::Consolidation));
        if !caller.may_somewhere(Verb::Read, consolidations) {
            return Ok(Vec::new());
        }
        let mut contested = self.store.contested(CONTESTED_ANYWHERE_MAX)?;
        contested.retain(|voice| caller.reads(Kind::Petition, &voice.unit));
        let said = self.said(contested.iter())?;
        let mut rows = Vec::new();
        for voice in contested {
            if let Some(said) = said.get(&voice.id).filter(|said| self.is_named_later(said)) {
                rows.push(self.row(voice, self.claims(said)?));
            }
        }
        Ok(rows)
    }

    fn row(&self, voice: StoredVoice, instead: Vec<Claim>) -> VoiceRow {
        VoiceRow {
            unit_name: self.caller.directory().unit_name(&voice.unit).to_owned(),
            instead,
            id: voice.id,
            unit: voice.unit,
            petition: voice.petition,
            heads: voice.heads,
        }
    }

    /// What was said of where petitions are.
    fn said<'v>(
        &self,
        petitions: impl Iterator<Item = &'v StoredVoice>,
    ) -> Result<HashMap<DocumentId, Record>, ApiError> {
        let reads = |voice: &&StoredVoice| self.caller.reads(Kind::Consolidation, &voice.unit);
        let by_document: HashMap<DocumentId, DocumentId> = petitions
            .filter(reads)
            .map(|voice| (consolidation_of(voice.id), voice.id))
            .collect();
        let ids: Vec<DocumentId> = by_document.keys().copied().collect();
        let mut said = HashMap::new();
        for stored in self.store.documents(&ids)? {
            let record = stored.document()?.record(Kind::Consolidation);
            said.insert(by_document[&stored.header.id], record);
        }
        Ok(said)
    }

    /// Whether the case was named, and another place is what counts.
    fn is_named_later(&self, said: &Record) -> bool {
        let mut places = placed(said).iter().map(case_of);
        places.next() != Some(Some(self.case)) && places.any(|place| place == Some(self.case))
    }

    /// Where else than in the case a petition was put, each place once.
    fn claims(&self, said: &Record) -> Result<Vec<Claim>, ApiError> {
        let mut told: Vec<Claim> = Vec::new();
        for version in placed(said) {
            let case = case_of(version);
            if case != Some(self.case) && told.iter().all(|claim| claim.case != case) {
                told.push(self.claim(version)?);
            }
        }
        Ok(told)
    }

    fn claim(&self, version: &Version) -> Result<Claim, ApiError> {
        let case = case_of(version);
        let seen = case.map(|id| self.store.case(id)).transpose()?.flatten();
        let seen = seen.filter(|case| self.caller.sees(case));
        let (code, wording) = seen
            .map(|case| (case.row.case.code, case.row.case.wording))
            .unwrap_or_default();
        let author = UserName(version.author.clone());
        Ok(Claim {
            case,
            code,
            wording,
            author_name: display(self.caller, &author),
            author,
            at: version.at,
        })
    }
}

/// What was said of where a petition is; the first is what counts.
fn placed(said: &Record) -> &[Version] {
    said.fields.get("case").map_or(&[], Vec::as_slice)
}

/// None where it was taken out.
fn case_of(version: &Version) -> Option<DocumentId> {
    version.value.as_text()?.parse().ok()
}
