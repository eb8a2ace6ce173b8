//! What stands on the desks of a district with fifty thousand petitions and twenty thousand cases: every list, search and
//! review that the pages ask for, what is printed, and spreadsheets that are taken in.

mod files;
mod intake;
mod pages;
mod stock;

use kiennghi_tests::harness::{Demo, Server};

use self::stock::Stocked;
pub(crate) use self::stock::write;
use super::asked::Asked;
use super::stock::COMMITTEE;
use super::table::Table;

/// How much there is, and how often each question is asked.
#[derive(Debug, Clone, Copy)]
struct Size {
    petitions: usize,
    cases: usize,
    rounds: usize,
    /// Files that are printed, and spreadsheets that are taken in.
    files: usize,
    /// Rows of a spreadsheet.
    rows: usize,
}

const WHOLE: Size = Size {
    petitions: 50_000,
    cases: 20_000,
    rounds: 100,
    files: 10,
    rows: 1_000,
};
const QUICK: Size = Size {
    petitions: 500,
    cases: 200,
    rounds: 5,
    files: 2,
    rows: 50,
};

/// What pages ask for.
pub(crate) async fn measure(table: &mut Table, quick: bool) {
    let (server, stocked, size) = stocked(quick).await;
    pages::measure(table, &server, &stocked, size.rounds).await;
}

/// What is printed, and what is taken in.
pub(crate) async fn measure_files(table: &mut Table, quick: bool) {
    let (server, stocked, size) = stocked(quick).await;
    files::measure(table, &server, &stocked, size.files).await;
    intake::measure(table, &server, size).await;
}

async fn stocked(quick: bool) -> (Server, Stocked, Size) {
    let size = if quick { QUICK } else { WHOLE };
    let server = Server::start_on(Demo::of_term());
    let stocked = stock::fill(&server, size).await;
    let among = format!("{} petitions, {} cases", size.petitions, size.cases);
    eprintln!("stocked {among} in {} ms", stocked.ms);
    (server, stocked, size)
}

/// Asks in the name of the district's committee.
async fn committee(server: &Server) -> Asked {
    Asked::of(&server.phone(COMMITTEE).await, server).await
}
