//! `GET /api/v1/petitions` and `/petitions/counts`: tables of the caller's scope, and the lists behind a briefing's
//! numbers, from the projections.

use std::sync::Arc;

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use kiennghi_shared::access::{Thing, Verb};
use kiennghi_shared::code::Code;
use kiennghi_shared::id::{DocumentId, UnitCode};
use kiennghi_shared::office::{FieldCount, PetitionCounts, PetitionList, PetitionRow, UnitCount};
use kiennghi_shared::record::Petition;
use kiennghi_shared::schema::{Kind, is_date};
use kiennghi_shared::text;
use serde::Deserialize;

use super::briefing;
use super::caller::SignedIn;
use super::encoding::answer;
use super::tables;
use crate::app::App;
use crate::auth::Caller;
use crate::error::ApiError;
use crate::store::{self, PetitionFilter};

const PETITIONS: Thing = Thing::Document(Kind::Petition);

/// What a table is asked for beside a period, in which they were raised; an empty value asks for nothing.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Wanted {
    text: String,
    village: String,
    field: String,
    /// Only those that no case carries.
    waiting: bool,
    /// Only this one.
    id: Option<DocumentId>,
    /// What a briefing counts, for those who read reports.
    briefing: bool,
    /// Counts are by the units of this day, `yyyy-mm-dd`; of today when it is empty.
    as_of: String,
    offset: u64,
    limit: Option<u64>,
}

pub(super) async fn list_petitions(
    State(app): State<Arc<App>>,
    SignedIn(caller): SignedIn,
    wanted: Result<Query<Wanted>, QueryRejection>,
    period: Result<Query<briefing::Wanted>, QueryRejection>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let Query(wanted) = wanted.map_err(|_| ApiError(Code::Malformed))?;
    let Query(period) = period.map_err(|_| ApiError(Code::Malformed))?;
    app.work(move |app| {
        let filter = wanted.filter(&caller, &period, &[PETITIONS])?;
        let limit = tables::rows(wanted.limit);
        let page = app.store.petitions(&filter, wanted.offset, limit)?;
        let rows = page.petitions.into_iter().map(|row| shown(&caller, row));
        let list = PetitionList {
            total: page.total,
            petitions: rows.collect(),
            voters: page.voters,
        };
        answer(&headers, &list)
    })
    .await
}

/// A petition as a table shows it: to those who read reports alone what these count.
pub(super) fn shown(caller: &Caller, row: store::PetitionRow) -> PetitionRow {
    let petition = match caller.reads(Kind::Petition, &row.unit) {
        true => row.petition,
        false => Petition {
            voters: row.petition.voters,
            field: row.petition.field,
            competence: row.petition.competence,
            petition_kind: row.petition.petition_kind,
            ..Petition::default()
        },
    };
    PetitionRow {
        unit_name: caller.directory().unit_name(&row.unit).to_owned(),
        id: row.id,
        unit: row.unit,
        conflicts: row.conflicts,
        updated_at: row.updated_at,
        petition,
        case: row.case,
        heads: row.heads,
    }
}

pub(super) async fn count_petitions(
    State(app): State<Arc<App>>,
    SignedIn(caller): SignedIn,
    wanted: Result<Query<Wanted>, QueryRejection>,
    period: Result<Query<briefing::Wanted>, QueryRejection>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let Query(wanted) = wanted.map_err(|_| ApiError(Code::Malformed))?;
    let Query(period) = period.map_err(|_| ApiError(Code::Malformed))?;
    let needed = wanted.needed();
    if needed
        .iter()
        .any(|thing| !caller.may_somewhere(Verb::Read, *thing))
    {
        return Err(ApiError(Code::Forbidden));
    }
    if !wanted.as_of.is_empty() && !is_date(&wanted.as_of) {
        return Err(ApiError(Code::Malformed));
    }
    app.work(move |app| {
        let filter = wanted.filter(&caller, &period, needed)?;
        let counts = app.store.petition_counts(&filter)?;
        let directory = caller.directory();
        let day = match wanted.as_of.as_str() {
            "" => directory.day(),
            day => day,
        };
        let mut by_unit: Vec<UnitCount> = Vec::new();
        for row in counts.by_unit {
            let unit = directory.unit_on(&row.unit, day);
            match by_unit.iter_mut().find(|counted| counted.unit == *unit) {
                Some(counted) => counted.count += row.count,
                None => by_unit.push(UnitCount {
                    name: directory.unit_name(unit).to_owned(),
                    unit: unit.clone(),
                    count: row.count,
                }),
            }
        }
        let by_field = counts.by_field.into_iter();
        let counts = PetitionCounts {
            total: counts.total,
            denunciations: counts.denunciations,
            by_unit,
            by_field: by_field
                .map(|row| FieldCount {
                    field: row.field,
                    count: row.count,
                })
                .collect(),
        };
        answer(&headers, &counts)
    })
    .await
}

impl Wanted {
    /// What counts tell of: with words to find, a village or a petition's id, whoever counts learns what petitions say.
    fn needed(&self) -> &'static [Thing] {
        if self.text.trim().is_empty() && self.village.is_empty() && self.id.is_none() {
            &[Thing::Reports]
        } else {
            &[Thing::Reports, PETITIONS]
        }
    }

    /// The filter, within the units where the caller may read such things. A unit stands for those below
    /// it and those that it took the place of, too.
    fn filter(
        &self,
        caller: &Caller,
        period: &briefing::Wanted,
        things: &[Thing],
    ) -> Result<PetitionFilter, ApiError> {
        period.check_days()?;
        let units = match self.briefing {
            true => self.counted(caller, period)?,
            false => readable(caller, period, things),
        };
        let given = |value: &str| (!value.is_empty()).then(|| text::normalise(value));
        Ok(PetitionFilter {
            units,
            words: tables::words(&self.text),
            village: given(&self.village),
            field: given(&self.field),
            session: given(&period.session),
            from: given(&period.from),
            to: given(&period.to),
            waiting: self.waiting,
            id: self.id,
        })
    }

    /// The units of which a briefing counts petitions. Whoever looks for words, or a village, learns what petitions say.
    fn counted(
        &self,
        caller: &Caller,
        period: &briefing::Wanted,
    ) -> Result<Vec<UnitCode>, ApiError> {
        let mut units = period.raised(caller)?.units;
        if !self.text.is_empty() || !self.village.is_empty() {
            units.retain(|unit| caller.reads(Kind::Petition, unit));
        }
        Ok(units)
    }
}

fn readable(caller: &Caller, period: &briefing::Wanted, things: &[Thing]) -> Vec<UnitCode> {
    let (top, directory) = (period.unit(), caller.directory());
    let units = directory.district().units.iter().map(|unit| &unit.code);
    let units = units
        .filter(|unit| {
            let mut things = things.iter();
            things.all(|thing| caller.may(Verb::Read, *thing, unit))
        })
        .filter(|unit| {
            let within = |top| directory.is_within(top, unit);
            top.as_ref().is_none_or(within)
        });
    units.cloned().collect()
}
