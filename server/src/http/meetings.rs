//! `GET /api/v1/meetings`: meetings and receptions of the caller's scope, and the lists behind a briefing's numbers.

use std::sync::Arc;

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use kiennghi_shared::briefing::{MeetingList, MeetingRow};
use kiennghi_shared::code::Code;
use kiennghi_shared::record::Meeting;
use kiennghi_shared::schema::Kind;
use serde::Deserialize;

use super::caller::SignedIn;
use super::encoding::answer;
use super::{briefing, tables};
use crate::app::App;
use crate::auth::Caller;
use crate::error::ApiError;
use crate::store::{self, MeetingFilter};

/// What a table is asked for beside a period.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Wanted {
    /// Only receptions of citizens, or only meetings with voters.
    reception: Option<bool>,
    /// Only those at which denunciations were handed over on paper.
    denunciations: bool,
    /// What a briefing counts, for those who read reports; otherwise what the caller may read.
    briefing: bool,
    offset: u64,
    limit: Option<u64>,
}

impl Wanted {
    fn filter(
        &self,
        caller: &Caller,
        period: &briefing::Wanted,
    ) -> Result<MeetingFilter, ApiError> {
        let mut raised = period.raised(caller)?;
        if !self.briefing {
            raised
                .units
                .retain(|unit| caller.reads(Kind::Meeting, unit));
        }
        Ok(MeetingFilter {
            raised,
            reception: self.reception,
            denunciations: self.denunciations,
        })
    }
}

pub(super) async fn list_meetings(
    State(app): State<Arc<App>>,
    SignedIn(caller): SignedIn,
    wanted: Result<Query<Wanted>, QueryRejection>,
    period: Result<Query<briefing::Wanted>, QueryRejection>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let Query(wanted) = wanted.map_err(|_| ApiError(Code::Malformed))?;
    let Query(period) = period.map_err(|_| ApiError(Code::Malformed))?;
    app.work(move |app| {
        let filter = wanted.filter(&caller, &period)?;
        let limit = tables::rows(wanted.limit);
        let page = app.store.meetings(&filter, wanted.offset, limit)?;
        let rows = page.meetings.into_iter().map(|row| shown(&caller, row));
        let list = MeetingList {
            total: page.total,
            meetings: rows.collect(),
            denunciations: page.denunciations,
        };
        answer(&headers, &list)
    })
    .await
}

/// A meeting as a table shows it: to those who read reports alone what these count.
fn shown(caller: &Caller, row: store::MeetingRow) -> MeetingRow {
    let denunciations = row.meeting.denunciations.len() as u64;
    let meeting = match caller.reads(Kind::Meeting, &row.unit) {
        true => row.meeting,
        false => Meeting {
            session: row.meeting.session,
            phase: row.meeting.phase,
            date: row.meeting.date,
            meeting_kind: row.meeting.meeting_kind,
            voters_present: row.meeting.voters_present,
            ..Meeting::default()
        },
    };
    MeetingRow {
        unit_name: caller.directory().unit_name(&row.unit).to_owned(),
        id: row.id,
        unit: row.unit,
        meeting,
        denunciations,
        petitions: row.petitions,
    }
}
