//! `GET /api/v1/results`: what the caller is to tell voters, kept by the phone; all of it, or what changed since it last
//! asked.

use std::sync::Arc;

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use kiennghi_shared::access::Verb;
use kiennghi_shared::calendar::Day;
use kiennghi_shared::casefile::{self, Content};
use kiennghi_shared::code::Code;
use kiennghi_shared::desk::{Outcome, Raised, Results, Told};
use kiennghi_shared::id::UnitCode;
use kiennghi_shared::schema::Kind;
use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::caller::SignedIn;
use super::cases::addressee_name;
use super::encoding::answer;
use crate::app::App;
use crate::auth::Caller;
use crate::error::ApiError;
use crate::store::{PaperRow, ResultsWanted, Store, ToldCase};

/// Cases that a phone keeps at most, the newest.
const RESULTS_MAX: u64 = 2_000;
/// Days for which a closed case is still told of. A council meets twice a year, its delegates meet voters before and after:
/// whoever asks at the next meeting what became of it hears that it is done.
const CLOSED_DAYS: i32 = 200;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Wanted {
    /// What the last answer gave as `cursor`; empty for all of it.
    since: String,
}

pub(super) async fn show_results(
    State(app): State<Arc<App>>,
    SignedIn(caller): SignedIn,
    wanted: Result<Query<Wanted>, QueryRejection>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let Query(wanted) = wanted.map_err(|_| ApiError(Code::Malformed))?;
    app.work(move |app| {
        let units = caller.units_where(Verb::Write, Kind::Notice);
        let cursor = Cursor::new(&*app.store, &units, caller.directory().day());
        // What was given by another epoch, or to somebody of other units, is none.
        let since = cursor.continued(&wanted.since);
        let found = app.store.results(&ResultsWanted {
            units: &units,
            since: since.as_ref().map(|since| since.versions.as_slice()),
            closed_from: &closed_from(&cursor.day),
            was_closed_from: &closed_from(since.as_ref().map_or(&cursor.day, |since| &since.day)),
            limit: RESULTS_MAX,
        })?;
        let cases = found.cases.into_iter();
        let results = Results {
            results: cases.map(|case| outcome(&caller, case)).collect(),
            gone: found.gone,
            is_whole: found.is_whole,
            cursor: cursor.at(found.versions).to_string(),
        };
        answer(&headers, &results)
    })
    .await
}

/// The first day on which a case may have been closed that is told of on this one.
fn closed_from(day: &str) -> String {
    let first = Day::parse(day).and_then(|day| day.plus(-CLOSED_DAYS));
    first.map_or_else(String::new, |day| day.to_string())
}

/// How far a phone has come: in which epoch, for which units, on which day, and the version of each.
struct Cursor {
    /// Hexadecimal digits.
    of: String,
    day: String,
    versions: Vec<u64>,
}

impl Cursor {
    fn new(store: &dyn Store, units: &[UnitCode], day: &str) -> Self {
        let mut digest = Sha256::new_with_prefix(store.epoch().as_bytes());
        for unit in units {
            digest.update(&unit.0);
            digest.update([0]);
        }
        let of = digest.finalize();
        Self {
            of: of[..8].iter().map(|byte| format!("{byte:02x}")).collect(),
            day: day.to_owned(),
            versions: vec![0; units.len()],
        }
    }

    fn at(self, versions: Vec<u64>) -> Self {
        Self { versions, ..self }
    }

    /// An earlier one of the same epoch and units.
    fn continued(&self, text: &str) -> Option<Self> {
        let mut parts = text.split('.');
        let (of, day) = (parts.next()?, parts.next()?);
        let versions: Vec<u64> = parts
            .map(|version| version.parse().ok())
            .collect::<Option<_>>()?;
        let is_own = of == self.of && versions.len() == self.versions.len();
        (is_own && Day::parse(day).is_some()).then(|| Self {
            of: of.to_owned(),
            day: day.to_owned(),
            versions,
        })
    }
}

impl std::fmt::Display for Cursor {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}.{}", self.of, self.day)?;
        let mut versions = self.versions.iter();
        versions.try_for_each(|version| write!(formatter, ".{version}"))
    }
}

fn outcome(caller: &Caller, case: ToldCase) -> Outcome {
    let ToldCase {
        row,
        voices,
        answer,
    } = case;
    let standing = &row.standing;
    let told = answer.and_then(|paper: PaperRow| match paper.content {
        Content::Answer(answer) => Some(Told {
            id: paper.id,
            by: caller.directory().body_name(&paper.unit, "executive"),
            answer,
        }),
        _ => None,
    });
    let petitions = voices.into_iter().map(|(id, voice)| Raised {
        id,
        is_told: told.is_some() && !standing.untold.contains(&voice),
        unit: voice.unit,
        village: voice.village,
    });
    Outcome {
        id: row.id,
        code: row.case.code.clone(),
        wording: row.case.wording.clone(),
        state: standing.state,
        addressee_name: addressee_name(caller, standing),
        // An answer is what voters wait for, whatever is due before it.
        due: match standing.state {
            casefile::State::Dispatched | casefile::State::Assigned if !standing.due.is_empty() => {
                standing.due.clone()
            }
            _ => row.due.clone(),
        },
        petitions: petitions.collect(),
        awaits_check: standing.awaits_check(),
        answer: told,
    }
}
