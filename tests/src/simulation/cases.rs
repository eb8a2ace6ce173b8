//! Where cases stand: as the documents themselves say, with nothing of a store between; and whether the server and the
//! phones say the same, and the committee is told of every case that is not over.

use std::collections::{BTreeMap, BTreeSet};

use kiennghi_server::store::{CaseFilter, Store, StoreError, Whose};
use kiennghi_shared::access;
use kiennghi_shared::casefile::{
    self, Content, Desk, Need, Paper, Particular, Situation, Standing, Voice,
};
use kiennghi_shared::document::Document;
use kiennghi_shared::id::{DocumentId, UnitCode};
use kiennghi_shared::papers::{Consolidation, consolidation_of};
use kiennghi_shared::record::Record;
use kiennghi_shared::schema::Kind;
use kiennghi_shared::wire::DocumentHeader;

use super::district::{Units, all_units};
use super::world::World;
use crate::phone::Shelf;

/// When cases are looked at.
const TODAY: &str = "2025-06-15";
/// Cases of one list.
const CASES_MAX: u64 = 1_000;

/// Where cases stand.
#[derive(Debug, PartialEq)]
pub(super) struct Cases {
    standings: BTreeMap<DocumentId, Standing>,
    /// How many petitions none of them carries.
    waiting: u64,
}

/// A case with what belongs to it.
struct Case {
    unit: UnitCode,
    voices: Vec<Voice>,
    papers: Vec<Paper>,
}

impl Cases {
    /// What documents tell, in whatever order.
    pub(super) fn told_by<'a>(
        documents: impl Iterator<Item = (&'a DocumentHeader, &'a Record)> + Clone,
    ) -> Self {
        let of = |kind| {
            documents
                .clone()
                .filter(move |(header, _)| header.kind == kind)
        };
        let case = |header: &DocumentHeader| Case {
            unit: header.unit.clone(),
            voices: Vec::new(),
            papers: Vec::new(),
        };
        let mut cases: BTreeMap<DocumentId, Case> = of(Kind::Case)
            .map(|(header, _)| (header.id, case(header)))
            .collect();
        let petitions: BTreeMap<DocumentId, Voice> = of(Kind::Petition)
            .map(|(header, record)| {
                let (unit, village) = (header.unit.clone(), record.text("village"));
                (header.id, Voice { unit, village })
            })
            .collect();
        let mut waiting = petitions.len() as u64;
        for (header, record) in of(Kind::Consolidation) {
            let said = Consolidation::from(record);
            let petition = said
                .petition
                .filter(|id| consolidation_of(*id) == header.id);
            let voice = petition.and_then(|id| petitions.get(&id));
            let case = said.case.and_then(|id| cases.get_mut(&id));
            if let (Some(voice), Some(case)) = (voice, case)
                && voice.unit == header.unit
                && access::reaches(&Units, &case.unit, &voice.unit)
            {
                case.voices.push(voice.clone());
                waiting -= 1;
            }
        }
        for (header, record) in documents {
            let Some(content) = Content::of(record) else {
                continue;
            };
            for id in content.cases().into_iter().collect::<BTreeSet<_>>() {
                if let Some(case) = cases.get_mut(&id) {
                    case.papers.push(Paper {
                        id: header.id,
                        unit: header.unit.clone(),
                        content: content.clone(),
                    });
                }
            }
        }
        let stand = |case: Case| casefile::derive(&Units, &case.unit, &case.voices, &case.papers);
        Self {
            standings: cases
                .into_iter()
                .map(|(id, case)| (id, stand(case)))
                .collect(),
            waiting,
        }
    }

    /// Those that somebody has to see to.
    fn open(&self) -> BTreeSet<DocumentId> {
        let is_open = |standing: &Standing| {
            !standing.state.is_over() && standing.particular != Some(Particular::Empty)
        };
        let open = self
            .standings
            .iter()
            .filter(|(_, standing)| is_open(standing));
        open.map(|(id, _)| *id).collect()
    }
}

/// What whoever is the committee of these units, and sees all of the district, is told to do, case by case.
fn needed(
    store: &dyn Store,
    received: &[UnitCode],
) -> Result<BTreeMap<DocumentId, Vec<Need>>, StoreError> {
    let whose = Whose::Committee {
        units: all_units(),
        received: received.to_vec(),
    };
    let mut needed: BTreeMap<DocumentId, Vec<Need>> = BTreeMap::new();
    for need in Need::at(Desk::Committee) {
        let fits =
            |situation: &Situation| casefile::need(Desk::Committee, *situation) == Some(need);
        let filter = CaseFilter {
            situations: Some(Situation::all().filter(fits).collect()),
            ..CaseFilter::of(whose.clone(), TODAY)
        };
        for row in store.cases(&filter, 0, CASES_MAX)?.cases {
            needed.entry(row.id).or_default().push(need);
        }
    }
    Ok(needed)
}

impl World {
    /// Every case stands at the server as its papers say, and is once on the committee's list until it is over; and every
    /// petition is in a case or waits.
    pub(super) fn check_cases(
        &mut self,
        cases: &Cases,
        store: &dyn Store,
    ) -> Result<Result<(), String>, StoreError> {
        for (id, standing) in &cases.standings {
            let Some(stored) = store.case(*id)? else {
                return Ok(Err(format!("the case {id} is not shown")));
            };
            let (found, told) = (stored.row.standing, standing);
            if found != *told {
                return Ok(Err(format!(
                    "the case {id} stands otherwise than its papers say: {found:?} and not {told:?}"
                )));
            }
            self.counts.cases[usize::from(told.state.number()) - 1] += 1;
        }
        // No case is sent up to the district, and what one person sends from one committee to another stays that person's.
        for received in [vec!["P-D".into()], all_units()] {
            let needed = needed(store, &received)?;
            if let Some((id, needs)) = needed.iter().find(|(_, needs)| needs.len() > 1) {
                return Ok(Err(format!("the case {id} is on several lists: {needs:?}")));
            }
            let (listed, open) = (needed.into_keys().collect(), cases.open());
            let mut unlike = open.symmetric_difference(&listed);
            if let Some(id) = unlike.next() {
                let standing = cases.standings.get(id).map(|standing| standing.state);
                return Ok(Err(format!(
                    "{id} is on no list of the committee, or wrongly: {standing:?}"
                )));
            }
        }
        let (waiting, _) = store.waiting(&all_units(), (TODAY, TODAY))?;
        if waiting != cases.waiting {
            let told = cases.waiting;
            return Ok(Err(format!(
                "{waiting} petitions are said to wait and {told} do"
            )));
        }
        Ok(Ok(()))
    }

    /// A phone on which the whole district is says the same of all cases.
    pub(super) fn check_cases_of(&self, index: usize, cases: &Cases) -> Result<(), String> {
        let phone = &self.phones[index];
        let sees = |unit: UnitCode, kind| {
            let id = DocumentId([0; 16]);
            let header = DocumentHeader { id, kind, unit };
            self.people
                .grant(phone.user())
                .is_some_and(|grant| grant.reads(&header))
        };
        let everywhere = |kind: &Kind| all_units().into_iter().all(|unit| sees(unit, *kind));
        let is_revoked = self.people.is_revoked(phone.device_id());
        if phone.owner.asks || is_revoked || !Kind::ALL.iter().all(everywhere) {
            return Ok(());
        }
        let shelf = phone.device.shelf();
        let mut held = Vec::new();
        for id in shelf.ids().map_err(|error| error.to_string())? {
            let stored = shelf.document(id).map_err(|error| error.to_string())?;
            let stored = stored.ok_or("an id without its document")?;
            let document = Document::load(&stored.saved).map_err(|error| error.to_string())?;
            let record = document.record(stored.header.kind);
            held.push((stored.header, record));
        }
        let told = Cases::told_by(held.iter().map(|(header, record)| (header, record)));
        if told != *cases {
            return Err(format!("cases stand otherwise on phone {index}"));
        }
        Ok(())
    }
}
