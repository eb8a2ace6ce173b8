//! `kiennghi demo`: a made-up district whose meetings and petitions are real documents that came
//! through the gate, as a phone's would.

mod data;
mod documents;
mod term;

use std::io::Write;
use std::sync::Arc;

use anyhow::Context;

use kiennghi_shared::calendar::Day;

use self::data::DemoData;
use self::term::Term;
use super::Data;
use crate::auth::Callers;
use crate::clock::{Clock, SystemClock, day_of};
use crate::gate::{Gate, InProcess};
use crate::store::{Stamp, Store};

pub(super) fn run(data: &Data, whole_term: bool) -> anyhow::Result<()> {
    let store = data.open_or_make()?;
    let mut stdout = std::io::stdout().lock();
    if !store.district()?.units.is_empty() {
        writeln!(
            stdout,
            "{} has a district already; left as it is",
            data.data.display()
        )?;
        return Ok(());
    }
    let now_ms = SystemClock.now_ms();
    let documents = if whole_term {
        set_up_term(&store, now_ms)?
    } else {
        set_up(&store, now_ms)?
    };
    writeln!(
        stdout,
        "demo district with {documents} documents in {}",
        data.data.display()
    )?;
    Ok(())
}

/// Fills an empty store with the demo district; returns how many documents it has then.
///
/// # Errors
/// When the store is not empty or a document is refused, which would be a fault of the data.
pub fn set_up(store: &Arc<dyn Store>, now_ms: i64) -> anyhow::Result<usize> {
    let demo = DemoData::read().context("the demo data that came with this program")?;
    store
        .found_district(demo.district(), &Stamp::command(now_ms))
        .context("the data folder is not empty")?;
    let callers = Callers::new(Arc::clone(store), now_ms)?;
    let gate = Gate::new(Arc::clone(store), Box::new(InProcess));
    documents::Recorders::new(store, &callers, &gate, now_ms).record(&demo)
}

/// Fills an empty store with the demo district and a whole term of its council, as far as it has come at
/// `now_ms`; returns how many documents it has then.
///
/// # Errors
/// When the store is not empty or a document is refused, which would be a fault of the data.
pub fn set_up_term(store: &Arc<dyn Store>, now_ms: i64) -> anyhow::Result<usize> {
    let demo = DemoData::read().context("the demo data that came with this program")?;
    store
        .found_district(demo.district_of_term(), &Stamp::command(now_ms))
        .context("the data folder is not empty")?;
    let callers = Callers::new(Arc::clone(store), now_ms)?;
    let gate = Gate::new(Arc::clone(store), Box::new(InProcess));
    let today = Day::parse(&day_of(now_ms)).context("today")?;
    let recorders = documents::Recorders::new(store, &callers, &gate, now_ms);
    Term::new(&demo, recorders, today).record()
}
