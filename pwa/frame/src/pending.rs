//! What is written at this desk and not at the server yet: it is shown where the server's lists do not have it.

use kiennghi_messages::{DeskAnswer, DeskCommand, Row};
use kiennghi_shared::id::DocumentId;
use kiennghi_shared::papers::Consolidation;
use kiennghi_shared::schema::Kind;
use kiennghi_shared::session::Delivery;
use leptos::prelude::*;

use crate::app::{App, Phase};
use crate::browser;
use crate::worker;

/// The papers that are written at desks.
const PAPERS: [Kind; 4] = [
    Kind::Dispatch,
    Kind::Assignment,
    Kind::Answer,
    Kind::Finding,
];

/// What waits to be sent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pending {
    /// Cases that were made or changed here.
    pub cases: Vec<Row>,
    /// Petitions, each with the case that it was put into; none for one that was taken out.
    pub petitions: Vec<(DocumentId, Option<DocumentId>)>,
    /// Papers of cases that were made or changed here.
    pub papers: Vec<Row>,
}

impl Pending {
    /// The case, when it waits.
    pub fn case(&self, id: DocumentId) -> Option<&Row> {
        self.cases.iter().find(|row| row.header.id == id)
    }

    /// Whether a petition was put into a case here.
    pub fn carries(&self, petition: DocumentId) -> bool {
        self.placed(petition).flatten().is_some()
    }

    /// The case that a petition was put into here, or none for one that was taken out; nothing where nobody did either.
    #[must_use]
    pub fn placed(&self, petition: DocumentId) -> Option<Option<DocumentId>> {
        let mut petitions = self.petitions.iter();
        let (_, case) = petitions.find(|(id, _)| *id == petition)?;
        Some(*case)
    }

    /// The papers about a case that wait.
    pub fn papers_of(&self, case: DocumentId) -> impl Iterator<Item = &Row> {
        self.papers.iter().filter(move |row| {
            let own = row.fields.document("case") == Some(case);
            own || row.fields.text("cases").contains(&case.to_string())
        })
    }

    /// How many petitions wait to be put into this case.
    pub fn coming(&self, case: DocumentId) -> usize {
        let petitions = self.petitions.iter();
        petitions.filter(|(_, into)| *into == Some(case)).count()
    }
}

/// Looks again whenever documents change.
pub fn watch(app: App) {
    let owner = Owner::new();
    owner.with(|| {
        Effect::new(move || {
            app.changed.track();
            if app.phase.with(|phase| *phase == Phase::Working) {
                look(app);
            }
        });
    });
    // As long as the page.
    std::mem::forget(owner);
}

fn look(app: App) {
    let cases = worker::ask(DeskCommand::Records(Kind::Case));
    let consolidations = worker::ask(DeskCommand::Records(Kind::Consolidation));
    let papers = PAPERS.map(|kind| worker::ask(DeskCommand::Records(kind)));
    browser::spawn(async move {
        let (Ok(DeskAnswer::Records(cases)), Ok(DeskAnswer::Records(consolidations))) =
            (cases.await, consolidations.await)
        else {
            return;
        };
        let mut of_cases = Vec::new();
        for reply in papers {
            let Ok(DeskAnswer::Records(rows)) = reply.await else {
                return;
            };
            of_cases.extend(rows);
        }
        let waits = |row: &Row| row.delivery != Delivery::Received;
        let petitions = consolidations.iter().filter(|row| waits(row));
        let petitions = petitions.filter_map(|row| {
            let said = Consolidation::from(&row.fields);
            Some((said.petition?, said.case))
        });
        let found = Pending {
            petitions: petitions.collect(),
            cases: cases.into_iter().filter(waits).collect(),
            papers: of_cases.into_iter().filter(waits).collect(),
        };
        if app.pending.with_untracked(|old| *old != found) {
            app.pending.set(found);
        }
    });
}
