//! What is printed: the report of a quarter with its annexes, the tables, and a letter with as many cases as a letter
//! may carry.

use kiennghi_tests::harness::Server;

use super::Stocked;
use super::pages::QUARTER;
use crate::table::Table;

pub(super) async fn measure(table: &mut Table, server: &Server, stocked: &Stocked, rounds: usize) {
    let mut asked = super::committee(server).await;
    let lists = [
        "cases?briefing=true&before=false",
        "petitions?briefing=true&waiting=true",
    ];
    let mut rows = 0;
    for list in lists {
        rows += asked.total(&format!("/api/v1/{list}&{QUARTER}")).await;
    }
    let letter = stocked.dispatches[0];
    for (what, path) in [
        (
            format!("annexes, {rows} rows, .xlsx"),
            format!("reports/annexes.xlsx?{QUARTER}"),
        ),
        (
            format!("report with annexes, {rows} rows, .docx"),
            format!("reports/consolidation.docx?{QUARTER}"),
        ),
        (
            "the tables of a commune's quarter, .xlsx".to_owned(),
            format!("reports/tables.xlsx?{QUARTER}&unit=QN-DH-01"),
        ),
        (
            format!("a letter, {} cases, .docx", stocked.per_dispatch),
            format!("dispatches/{letter}/letter.docx"),
        ),
    ] {
        for _ in 0..rounds {
            asked.ask(&format!("/api/v1/{path}")).await;
        }
        asked.tell(table, what);
    }
}
