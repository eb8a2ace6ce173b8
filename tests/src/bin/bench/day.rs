//! A day's work: 40 new petitions and 20 edits of earlier ones, in one sync.

use std::time::Duration;

use kiennghi_shared::record::Edit;
use kiennghi_tests::harness::{Petitions, Server};
use kiennghi_tests::phone::{Phone, SyncReport};

use super::stock::gzip_len;
use super::table::{Row, Table};
use super::{cpu, fsyncs};

const NEW: usize = 40;
const EDITED: usize = 20;

/// Every round's petitions are what the next round edits, so that nothing else is synced between.
struct Diary {
    phone: Phone,
    petitions: Petitions,
    earlier: Vec<kiennghi_shared::id::DocumentId>,
}

impl Diary {
    async fn begin(server: &Server) -> Self {
        let mut phone = server.phone("quang-lam-1").await;
        phone.sync().await.expect("in step");
        let mut diary = Self {
            phone,
            petitions: Petitions::seeded(1),
            earlier: Vec::new(),
        };
        diary.write(NEW);
        diary.phone.sync().await.expect("in step");
        diary
    }

    fn write(&mut self, new: usize) {
        for id in self.earlier.drain(..).take(EDITED) {
            let content = self.phone.fields(id).expect("held").text("content");
            let longer = format!("{content} {}", self.petitions.sentence());
            self.phone
                .edit(id, &[Edit::new("content", longer)])
                .expect("edited");
        }
        let unit = self.phone.unit();
        for sample in self.petitions.by_ref().take(new) {
            let id = self
                .phone
                .record_petition(&unit, sample.edits())
                .expect("recorded");
            self.earlier.push(id);
        }
    }

    /// One round; gives also what gzip makes of its raw changes.
    async fn round(&mut self) -> (SyncReport, u64) {
        self.write(NEW);
        let outbox = self.phone.session().outbox().values();
        let packed = gzip_len(outbox.map(|outgoing| outgoing.bytes.as_slice()));
        let report = self.phone.sync().await.expect("in step");
        assert_eq!((report.acked, report.pulled), ((NEW + EDITED) as u64, 0));
        (report, packed)
    }
}

pub(crate) async fn measure(table: &mut Table, quick: bool) {
    let rounds = if quick { 5 } else { 50 };
    let server = Server::start();
    let mut diary = Diary::begin(&server).await;
    let mut sum = SyncReport::default();
    let mut packed = 0;
    let before = cpu::of_threads(server.pid());
    for _ in 0..rounds {
        let (report, gzip) = diary.round().await;
        sum.bytes_up += report.bytes_up;
        sum.bytes_down += report.bytes_down;
        sum.requests += report.requests;
        sum.ms += report.ms;
        packed += gzip;
    }
    let cpu = cpu::of_threads(server.pid()).saturating_sub(before);

    let counted = u64::from(rounds.min(10));
    let count = fsyncs::Count::begin(server.pid());
    for _ in 0..counted {
        diary.round().await;
    }
    let fsyncs = count.and_then(fsyncs::Count::end);
    let each = u64::from(rounds);
    table.add(Row {
        what: format!("{NEW} new petitions and {EDITED} edits in one sync"),
        requests: Some(sum.requests as f64 / each as f64),
        up: Some(sum.bytes_up / each),
        down: Some(sum.bytes_down / each),
        ratio: Some(sum.bytes_up as f64 / packed as f64),
        wall: Some(Duration::from_millis(sum.ms) / rounds),
        cpu: Some(cpu / rounds),
        fsyncs: fsyncs.map(|fsyncs| fsyncs as f64 / counted as f64),
        notes: format!("mean of {rounds}"),
    });
}
