//! `GET /api/v1/results`: what the caller is to tell voters, kept by the phone.

use std::collections::HashSet;
use std::sync::Arc;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use kiennghi_shared::access::Verb;
use kiennghi_shared::casefile::{self, Content, Voice};
use kiennghi_shared::desk::{Outcome, Raised, Results, Told};
use kiennghi_shared::id::UnitCode;
use kiennghi_shared::schema::Kind;

use super::caller::SignedIn;
use super::encoding::answer;
use crate::app::App;
use crate::auth::Caller;
use crate::error::ApiError;
use crate::store::{CaseFilter, StoredCase, Whose};

/// Cases that a phone keeps at most, the newest.
const RESULTS_MAX: u64 = 2_000;

pub(super) async fn show_results(
    State(app): State<Arc<App>>,
    SignedIn(caller): SignedIn,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    app.work(move |app| {
        let units = caller.units_where(Verb::Write, Kind::Notice);
        let filter = CaseFilter {
            whose: Whose::Village(units.clone()),
            situations: Vec::new(),
            today: caller.directory().day().to_owned(),
            words: None,
            unit: None,
            field: None,
            competence: None,
            session: None,
            raised: None,
            before: None,
            outcome: None,
            timeliness: None,
            told: None,
            carried_over: None,
            due_by: None,
            dispatch: None,
            due_first: false,
        };
        let units: HashSet<UnitCode> = units.into_iter().collect();
        let page = app.store.cases(&filter, 0, RESULTS_MAX)?;
        let mut results = Vec::new();
        for row in page.cases {
            if let Some(case) = app.store.case(row.id)? {
                results.push(outcome(&caller, &units, case));
            }
        }
        answer(&headers, &Results { results })
    })
    .await
}

fn outcome(caller: &Caller, units: &HashSet<UnitCode>, case: StoredCase) -> Outcome {
    let StoredCase {
        row,
        voices,
        papers,
    } = case;
    let name = |unit: &UnitCode| caller.directory().unit_name(unit).to_owned();
    let standing = &row.standing;
    let counts = papers
        .into_iter()
        .find(|paper| Some(paper.id) == standing.answer);
    let told = counts.and_then(|paper| match paper.content {
        Content::Answer(answer) => Some(Told {
            id: paper.id,
            by: name(&paper.unit),
            answer,
        }),
        _ => None,
    });
    let own = voices
        .into_iter()
        .filter(|voice| units.contains(&voice.unit));
    let petitions = own.map(|voice| {
        let of = Voice {
            unit: voice.unit.clone(),
            village: voice.petition.village.clone(),
        };
        Raised {
            id: voice.id,
            unit: voice.unit,
            village: voice.petition.village,
            is_told: told.is_some() && !standing.untold.contains(&of),
        }
    });
    Outcome {
        id: row.id,
        code: row.case.code.clone(),
        wording: row.case.wording.clone(),
        state: standing.state,
        addressee_name: standing.addressee.as_ref().map(name).unwrap_or_default(),
        // An answer is what voters wait for, whatever is due before it.
        due: match standing.state {
            casefile::State::Dispatched | casefile::State::Assigned if !standing.due.is_empty() => {
                standing.due.clone()
            }
            _ => row.due.clone(),
        },
        petitions: petitions.collect(),
        is_checked: !standing.checked_on.is_empty(),
        answer: told,
    }
}
