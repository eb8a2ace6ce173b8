//! A spreadsheet of a thousand rows: what it costs to look at it, and to make it.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use kiennghi_server::gate::{self, InProcess, Specimen, Trial, TrialError};

use crate::http::Server;
use crate::intake::{BRIDGE, CONFIRM, PATH, file, import, statuses, stored};

/// Counts the trials that are made, and the documents that are tried: each trial is one push and one commit.
#[derive(Debug, Clone, Default)]
struct Counted(Arc<[AtomicUsize; 2]>);

impl Counted {
    fn taken(&self) -> [usize; 2] {
        [0, 1].map(|at| self.0[at].swap(0, Ordering::SeqCst))
    }
}

impl Trial for Counted {
    fn run(&self, documents: &[Specimen<'_>]) -> Result<gate::Answer, TrialError> {
        self.0[0].fetch_add(1, Ordering::SeqCst);
        self.0[1].fetch_add(documents.len(), Ordering::SeqCst);
        InProcess.run(documents)
    }

    fn health(&self) -> Result<(), TrialError> {
        Ok(())
    }
}

#[tokio::test]
async fn a_thousand_rows_are_made_in_a_few_commits_and_looked_at_in_none() {
    let counted = Counted::default();
    let server = Server::trying_by(Box::new(counted.clone()), |_| {});
    let contents: Vec<String> = (0..1_000)
        .map(|row| {
            format!(
                "Kiến nghị số {row}: {}",
                "đề nghị sửa đường liên thôn ".repeat(10)
            )
        })
        .collect();
    let cells = contents.iter().map(|content| {
        let mut cells = BRIDGE;
        cells[0] = content;
        cells
    });
    let file = file(&cells.collect::<Vec<_>>());
    let shown = import(&server, "committee", PATH, &file).await;
    assert!(statuses(&shown).iter().all(|status| *status == "new"));
    assert_eq!(counted.taken(), [0, 0], "a look pushes nothing");
    let made = import(&server, "committee", CONFIRM, &file).await;
    assert_eq!(made["made"], 1_000);
    assert_eq!(stored(&server).len(), 1_000);
    let [commits, documents] = counted.taken();
    assert_eq!(documents, 1_001, "each once, and their meeting");
    assert!((2..=10).contains(&commits), "{commits} commits");
    let again = import(&server, "committee", CONFIRM, &file).await;
    assert!(statuses(&again).iter().all(|status| *status == "there"));
    assert_eq!(counted.taken(), [0, 0]);
}
