//! The lists, searches and reviews that desks ask the server for, by whoever asks: the addresses of `pwa/desk`,
//! `pwa/letters`, `pwa/review` and of the table in `pwa/ui`.

use kiennghi_tests::harness::Server;

use super::Stocked;
use crate::asked::Asked;
use crate::stock::COMMITTEE;
use crate::table::Table;

/// A quarter in the middle of the term, in which a twentieth of everything was raised.
pub(super) const QUARTER: &str = "from=2024-01-01&to=2024-03-31";
/// A commune.
const COMMUNE: &str = "QN-DH-02";

/// Who asks, what it is, and the address below `/api/v1/`: `{dispatch}` is a letter, `{quarter}` a quarter, `{commune}` a
/// commune.
const PAGES: &[(&str, &str, &str)] = &[
    (COMMITTEE, "what is needed now", "needs?desk=committee"),
    (COMMITTEE, "cases", "cases?desk=committee&limit=50"),
    (
        COMMITTEE,
        "cases, a late page",
        "cases?desk=committee&limit=50&offset=10000",
    ),
    (
        COMMITTEE,
        "cases by state and field",
        "cases?desk=committee&limit=50&state=answered&field=transport",
    ),
    (
        COMMITTEE,
        "cases by need",
        "cases?desk=committee&limit=50&need=visit",
    ),
    (
        COMMITTEE,
        "cases of a session",
        "cases?desk=committee&limit=50&session=ky-1-2024",
    ),
    (
        COMMITTEE,
        "cases by outcome",
        "cases?desk=committee&limit=50&outcome=in-progress",
    ),
    (
        COMMITTEE,
        "cases by words",
        "cases?desk=committee&limit=50&text=duong%20lien%20thon",
    ),
    (
        COMMITTEE,
        "cases by one common word",
        "cases?desk=committee&limit=50&text=nuoc",
    ),
    (
        COMMITTEE,
        "cases by words with accents",
        "cases?desk=committee&limit=50&text=%C4%91%C6%B0%E1%BB%9Dng%20li%C3%AAn%20th%C3%B4n",
    ),
    (
        COMMITTEE,
        "cases to choose one from",
        "cases?desk=committee&limit=20&text=kenh%20muong",
    ),
    (COMMITTEE, "the inbox", "petitions?waiting=true&limit=50"),
    (
        COMMITTEE,
        "the inbox, a long page",
        "petitions?waiting=true&limit=200",
    ),
    (
        COMMITTEE,
        "the inbox of a commune",
        "petitions?waiting=true&limit=50&unit={commune}",
    ),
    (
        COMMITTEE,
        "the inbox by words",
        "petitions?waiting=true&limit=50&text=kenh%20muong",
    ),
    (
        COMMITTEE,
        "the inbox of a session",
        "petitions?waiting=true&limit=50&session=ky-1-2024",
    ),
    (COMMITTEE, "petitions", "petitions?limit=50"),
    (
        COMMITTEE,
        "petitions, a late page",
        "petitions?limit=50&offset=40000",
    ),
    (
        COMMITTEE,
        "petitions by words",
        "petitions?limit=50&text=kenh%20muong",
    ),
    (
        COMMITTEE,
        "petitions by one common word",
        "petitions?limit=50&text=nuoc",
    ),
    (
        COMMITTEE,
        "petitions of a field and some days",
        "petitions?limit=50&field=transport&{quarter}",
    ),
    (
        COMMITTEE,
        "petitions of a village",
        "petitions?limit=50&unit={commune}&village=Th%C3%B4n%20T%C3%A2n%20Mai",
    ),
    (
        COMMITTEE,
        "counts of petitions",
        "petitions/counts?limit=50",
    ),
    (
        COMMITTEE,
        "counts of petitions by words",
        "petitions/counts?text=kenh%20muong",
    ),
    (
        COMMITTEE,
        "letters",
        "dispatches?desk=committee&limit=100&offset=0",
    ),
    (
        COMMITTEE,
        "a letter's cases",
        "cases?desk=committee&dispatch={dispatch}&limit=200",
    ),
    (COMMITTEE, "a letter", "documents/{dispatch}"),
    (
        COMMITTEE,
        "cases to dispatch",
        "cases?desk=committee&need=dispatch&limit=200",
    ),
    (
        COMMITTEE,
        "cases to remind of",
        "cases?desk=committee&remind=true&limit=200",
    ),
    (
        COMMITTEE,
        "supervision: disputed",
        "cases?desk=committee&need=supervise&limit=200",
    ),
    (
        COMMITTEE,
        "supervision: to decide",
        "cases?desk=committee&need=decide&limit=200",
    ),
    (
        COMMITTEE,
        "supervision: followed",
        "cases?desk=committee&need=follow&limit=200",
    ),
    (
        COMMITTEE,
        "supervision: overdue",
        "cases?desk=committee&timeliness=overdue&limit=200",
    ),
    (
        COMMITTEE,
        "supervision: late",
        "cases?desk=committee&timeliness=late&limit=200",
    ),
    (
        COMMITTEE,
        "supervision: in progress",
        "cases?desk=committee&outcome=in-progress&limit=200",
    ),
    (
        COMMITTEE,
        "supervision: carried over",
        "cases?desk=committee&carried_over=true&limit=200",
    ),
    (
        COMMITTEE,
        "supervision: not settled for good",
        "cases?desk=committee&unsettled=true&limit=200",
    ),
    (
        COMMITTEE,
        "supervision: open over two council sessions",
        "cases?desk=committee&timeliness=overdue&sessions_min=2&limit=200",
    ),
    (COMMITTEE, "programmes of supervision", "findings?limit=0"),
    (COMMITTEE, "findings", "findings?limit=200"),
    (
        COMMITTEE,
        "the daily round",
        "cases?desk=committee&due_by=2026-12-31&limit=200",
    ),
    (COMMITTEE, "meetings", "meetings?limit=50"),
    (COMMITTEE, "what waits for a decision", "reviews?limit=20"),
    (COMMITTEE, "the briefing of a quarter", "briefing?{quarter}"),
    (
        COMMITTEE,
        "the briefing of a year",
        "briefing?from=2024-01-01&to=2024-12-31",
    ),
    (
        COMMITTEE,
        "the briefing of a session",
        "briefing?session=ky-1-2024",
    ),
    (
        COMMITTEE,
        "the briefing of a commune",
        "briefing?{quarter}&unit={commune}",
    ),
    (
        COMMITTEE,
        "the briefing of the term",
        "briefing?from=2021-07-01&to=2026-06-30",
    ),
    (COMMITTEE, "the briefing of all time", "briefing"),
    (
        COMMITTEE,
        "behind it: meetings",
        "meetings?briefing=true&{quarter}&reception=false&limit=50",
    ),
    (
        COMMITTEE,
        "behind it: petitions",
        "petitions?briefing=true&{quarter}&limit=50",
    ),
    (
        COMMITTEE,
        "behind it: petitions of a commune",
        "petitions?briefing=true&{quarter}&column={commune}&limit=50",
    ),
    (
        COMMITTEE,
        "behind it: cases",
        "cases?briefing=true&{quarter}&limit=50",
    ),
    (
        COMMITTEE,
        "behind it: cases of a commune",
        "cases?briefing=true&{quarter}&column={commune}&limit=50",
    ),
    (
        COMMITTEE,
        "behind it: cases from before",
        "cases?briefing=true&{quarter}&before=true&limit=50",
    ),
    (
        COMMITTEE,
        "behind it: cases of a state",
        "cases?briefing=true&{quarter}&state=answered&limit=50",
    ),
    (
        COMMITTEE,
        "behind it: overdue cases of all time",
        "cases?briefing=true&timeliness=overdue&limit=50",
    ),
    (
        EXECUTIVE,
        "the executive: what is needed now",
        "needs?desk=executive",
    ),
    (
        EXECUTIVE,
        "the executive: cases",
        "cases?desk=executive&limit=50",
    ),
    (
        EXECUTIVE,
        "the executive: cases to assign",
        "cases?desk=executive&need=assign&limit=50",
    ),
    (
        EXECUTIVE,
        "the executive: cases by words",
        "cases?desk=executive&limit=50&text=kenh%20muong",
    ),
    (
        EXECUTIVE,
        "the executive: the daily round",
        "cases?desk=executive&due_by=2026-12-31&limit=200",
    ),
    (
        EXECUTIVE,
        "the executive: letters",
        "dispatches?desk=executive&limit=100&offset=0",
    ),
    (AGENCY, "an agency: what is needed now", "needs?desk=agency"),
    (AGENCY, "an agency: cases", "cases?desk=agency&limit=50"),
    (
        AGENCY,
        "an agency: the daily round",
        "cases?desk=agency&due_by=2026-12-31&limit=200",
    ),
    (
        VIEWER,
        "a viewer: the briefing of a quarter",
        "briefing?{quarter}",
    ),
    (
        VIEWER,
        "a viewer: cases of a quarter",
        "cases?briefing=true&{quarter}&limit=50",
    ),
    (DELEGATE, "a delegate: all results of a commune", "results"),
];

pub(super) const EXECUTIVE: &str = "uy-ban-huyen";
const AGENCY: &str = "phong-kinh-te-ha-tang";
const VIEWER: &str = "lanh-dao-huyen";
const DELEGATE: &str = "quang-lam-1";

/// Asks for every page so often, and for as many cases and petitions.
pub(super) async fn measure(table: &mut Table, server: &Server, stocked: &Stocked, rounds: usize) {
    let dispatch = stocked.dispatches[0].to_string();
    for pages in PAGES.chunk_by(|one, next| one.0 == next.0) {
        let mut asked = Asked::of(&server.phone(pages[0].0).await, server).await;
        for (_, what, path) in pages {
            let path = path.replace("{dispatch}", &dispatch);
            let path = path
                .replace("{quarter}", QUARTER)
                .replace("{commune}", COMMUNE);
            for _ in 0..rounds {
                asked.ask(&format!("/api/v1/{path}")).await;
            }
            asked.tell(table, (*what).to_owned());
        }
    }
    let mut asked = super::committee(server).await;
    for id in stocked.cases.iter().step_by(stocked.cases.len() / rounds) {
        asked.ask(&format!("/api/v1/cases/{id}")).await;
    }
    asked.tell(table, "one case".to_owned());
    let petitions = &stocked.petitions;
    for id in petitions.iter().step_by(petitions.len() / rounds) {
        asked.ask(&format!("/api/v1/documents/{id}")).await;
    }
    asked.tell(table, "one petition".to_owned());
}
