//! The mutation fuzzer over the real endpoint: honest changes, spoiled in bytes, columns, header or
//! operations, sealed again, sent in big requests. What the server says yes to must leave whole,
//! loadable, well-formed documents.

mod audit;
mod guided;
mod mutate;
mod seeds;

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use kiennghi_shared::document::Document;
use kiennghi_shared::id::{ChangeHash, DocumentId};
use kiennghi_shared::limits::REQUEST_CHANGES_MAX;
use kiennghi_shared::wire::{DocumentChanges, Reply, Request, Verdict};

use self::seeds::Seeds;
use crate::harness::{Server, memory_peak};
use crate::phone::{Client, Phone};
use crate::random::Random;

pub use guided::{folder as guided_folder, seeds as guided_seeds};
pub use mutate::mutate;

/// The user whose device sends the mutants.
const VILLAIN: &str = "quang-lam-2";
/// Documents in one request.
const DOCUMENTS: usize = 10;
/// The longest that a request of 2,000 changes may take.
const REQUEST_TIME_MAX: Duration = Duration::from_secs(30);
/// The most memory that the server may take.
const MEMORY_BYTES_MAX: u64 = 1 << 30;

/// What became of the mutants.
#[derive(Debug, Clone, Default)]
pub struct Tally {
    /// The seed of the run.
    pub seed: u64,
    /// Mutants sent.
    pub mutants: u64,
    /// Mutants by their verdict: `ok`, `duplicate`, `missing`, or a code.
    pub verdicts: BTreeMap<&'static str, u64>,
    /// Honest changes sent beside them, all of them stored.
    pub honest: u64,
    /// Documents that were read back whole at the end.
    pub documents: u64,
    /// How long sending took.
    pub sending: Duration,
    /// The most memory that the server took, in bytes.
    pub memory_bytes: u64,
}

impl std::fmt::Display for Tally {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let rate = self.mutants as f64 / self.sending.as_secs_f64().max(0.001);
        writeln!(
            f,
            "seed {}: {} mutants and {} honest changes in {:.1} s ({rate:.0} mutants a second), \
             {} documents read back whole, server memory {} MiB",
            self.seed,
            self.mutants,
            self.honest,
            self.sending.as_secs_f64(),
            self.documents,
            self.memory_bytes >> 20,
        )?;
        for (verdict, count) in &self.verdicts {
            writeln!(f, "  {verdict:>16} {count}")?;
        }
        Ok(())
    }
}

/// A document with everything that the server said it stored.
type Stored = BTreeMap<DocumentId, Vec<ChangeHash>>;

/// Sends at least so many mutants, then reads back every document that they touched, stops the
/// server and has it rebuild its projections from the stored changes.
///
/// # Panics
/// When the server falls, is slow, refuses honest work or has stored something unsound; the message
/// begins with the seed.
pub async fn fuzz(seed: u64, count: u64, server: &mut Server) -> Tally {
    let phone = server.phone(VILLAIN).await;
    let client = phone.account().connect(phone.meter()).await;
    let mut run = Run {
        random: Random::new(seed),
        client: client.expect("the server answers"),
        stored: Stored::new(),
        tally: Tally {
            seed,
            ..Tally::default()
        },
    };
    let pid = server.pid();
    while run.tally.mutants < count {
        run.request(&phone).await;
        run.tally.memory_bytes = memory_peak(pid);
        let memory = run.tally.memory_bytes;
        assert!(
            memory > 0 && memory < MEMORY_BYTES_MAX,
            "seed {seed}: the server has {memory} bytes"
        );
    }
    run.tally.documents = audit::read_back(seed, server, &run.stored).await;
    assert_eq!(server.pid(), pid, "seed {seed}");
    assert!(server.stop().success(), "seed {seed}: the server fell");
    let said = server.command("rebuild", &[]);
    assert!(said.contains("documents"), "seed {seed}: {said}");
    run.tally
}

struct Run {
    random: Random,
    client: Client,
    stored: Stored,
    tally: Tally,
}

/// What a change of a request is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sort {
    Honest,
    Mutant,
}

impl Run {
    /// Sends one request: new documents, each with its honest ground, many mutants of what could
    /// come next, and one honest change after them.
    async fn request(&mut self, phone: &Phone) {
        let seed = self.tally.seed;
        let mut push = Vec::new();
        let mut sorts = Vec::new();
        for _ in 0..DOCUMENTS {
            let seeds = Seeds::new(&mut self.random, phone.user(), &phone.unit());
            let mut changes = seeds.ground.clone();
            sorts.extend(changes.iter().map(|_| Sort::Honest));
            let room = REQUEST_CHANGES_MAX / DOCUMENTS - changes.len() - 1;
            for _ in 0..room {
                let seed = self.random.pick(&seeds.next).clone();
                changes.push(mutate(&mut self.random, &seed));
                sorts.push(Sort::Mutant);
            }
            changes.push(seeds.last);
            sorts.push(Sort::Honest);
            push.push(DocumentChanges {
                header: seeds.header,
                seal: None,
                snapshot: None,
                changes,
            });
        }
        let request = Request::new(seeds::hello(), push);
        let start = Instant::now();
        let replied = self.client.sync(&request.encode()).await;
        let replied = replied.unwrap_or_else(|error| panic!("seed {seed}: {error}"));
        let took = start.elapsed();
        self.tally.sending += took;
        assert!(took < REQUEST_TIME_MAX, "seed {seed}: took {took:?}");
        assert_eq!(replied.status, 200, "seed {seed}");
        let reply = Reply::decode(&replied.body).expect("a reply");
        let verdicts = reply.acks.expect("verdicts").verdicts;
        self.count(&request.push, &sorts, &verdicts);
    }

    fn count(&mut self, push: &[DocumentChanges], sorts: &[Sort], verdicts: &[Verdict]) {
        let seed = self.tally.seed;
        let changes = push
            .iter()
            .flat_map(|document| document.changes.iter().map(|raw| (document.header.id, raw)));
        assert_eq!(sorts.len(), verdicts.len(), "seed {seed}");
        for (((id, raw), sort), verdict) in changes.zip(sorts).zip(verdicts) {
            match sort {
                Sort::Honest => {
                    assert!(
                        verdict.is_stored(),
                        "seed {seed}: {verdict:?} for honest {}",
                        hex::encode(raw)
                    );
                    self.tally.honest += 1;
                }
                Sort::Mutant => {
                    let name = name(verdict);
                    *self.tally.verdicts.entry(name).or_default() += 1;
                    self.tally.mutants += 1;
                }
            }
            if verdict.is_stored() {
                let parsed = kiennghi_shared::validate::ParsedChange::parse(raw);
                let parsed = parsed.unwrap_or_else(|code| panic!("seed {seed}: stored {code:?}"));
                self.stored.entry(id).or_default().push(parsed.hash);
            }
        }
    }
}

fn name(verdict: &Verdict) -> &'static str {
    match verdict {
        Verdict::Ok => "ok",
        Verdict::Duplicate => "duplicate",
        Verdict::Missing(_) => "missing",
        Verdict::Refused(code) => code.name(),
    }
}

/// Whether the changes make a sound document in whatever order they come.
fn same_in_any_order(document: &Document, raw: &[Vec<u8>]) -> bool {
    let backwards = Document::from_changes(raw.iter().rev().map(Vec::as_slice));
    backwards.is_ok_and(|backwards| backwards.heads() == document.heads())
}
