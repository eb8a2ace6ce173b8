//! A new phone's first load: what its user works on comes first, a cut costs a chunk at most, and
//! what happens meanwhile is not missed.

use std::collections::BTreeSet;

use kiennghi_shared::id::{DocumentId, UnitCode};
use kiennghi_shared::record::Edit;
use kiennghi_shared::wire::{Hello, Hold, Reply, Request};
use kiennghi_tests::harness::{Mode, Proxy, Server};
use kiennghi_tests::phone::{Device, MemoryShelf, Moment, Phone, now_ms};
use kiennghi_tests::random::{Random, fresh_actor};

use crate::support::{
    Heads, QUANG_LAM, assert_in_step, assert_verified, back_in_step, edit_voters, emptied, heads,
    record_long,
};

const OWN: &str = "Thôn Bình Hồ";
/// Villages in which that user wrote nothing, in the demo either.
const OTHERS: [&str; 3] = ["Thôn Nà Cáng", "Thôn Nà Pá", "Thôn Tầm Làng"];
const DOCUMENTS: usize = 300;
const CUTS: usize = 40;

/// A commune with a stock of petitions in several villages.
struct Stock {
    server: Server,
    /// `quang-lam-1`, who wrote all but one of them.
    writer: Phone,
    /// `quang-lam-2`, a device that has loaded nothing; its user wrote once, in [`OWN`].
    reader: Phone,
    /// In the order in which they were made.
    ids: Vec<DocumentId>,
    own: BTreeSet<DocumentId>,
    wanted: Heads,
}

impl Stock {
    async fn begin() -> Self {
        let server = Server::start();
        let mut writer = server.phone("quang-lam-1").await;
        let reader = server.phone("quang-lam-2").await;
        let unit = UnitCode::from(QUANG_LAM);
        let mut former = server.phone("quang-lam-2").await;
        let mut ids = record_long(&mut former, &unit, OWN, 100, 1);
        former.sync().await.expect("in step");
        let mut own = BTreeSet::from([ids[0]]);
        for round in 0..DOCUMENTS / 20 {
            let village = [OTHERS[0], OWN, OTHERS[1], OTHERS[2]][round % 4];
            let made = record_long(&mut writer, &unit, village, 101 + round as u64, 20);
            if village == OWN {
                own.extend(&made);
            }
            ids.extend(made);
        }
        writer.sync().await.expect("in step");
        let wanted = heads(&writer);
        Self {
            server,
            writer,
            reader,
            ids,
            own,
            wanted,
        }
    }

    fn unit(&self) -> UnitCode {
        UnitCode::from(QUANG_LAM)
    }

    /// The next reply of a load, and its bytes before they were packed.
    async fn load(&self, cursor: Option<Vec<u8>>) -> (Reply, Vec<u8>) {
        let hello = Hello {
            cursor,
            ..Hello::new(Hold::Scope, now_ms())
        };
        let request = Request {
            hello,
            offer: Vec::new(),
            push: Vec::new(),
        };
        let account = self.reader.account();
        let client = account.connect(self.reader.meter()).await;
        let mut client = client.expect("a connection");
        let replied = client.sync(&request.encode()).await.expect("a reply");
        let replied = replied.ok().expect("an answer");
        let reply = Reply::decode(&replied.body).expect("a reply");
        assert!(reply.complete);
        (reply, replied.body)
    }
}

#[tokio::test]
async fn own_villages_come_first_then_the_newest_and_what_is_left_is_told() {
    let stock = Stock::begin().await;
    let mut order = Vec::new();
    let mut left = vec![stock.wanted.len() as u64];
    let mut cursor = None;
    loop {
        let (reply, _) = stock.load(cursor).await;
        for chunk in &reply.chunks {
            order.extend(chunk.documents.iter().map(|document| document.header.id));
            let told = chunk.cursor.as_ref().expect("a cursor closes it").left;
            assert_eq!(told, (stock.wanted.len() - order.len()) as u64);
            left.push(told);
        }
        let last = reply.chunks.last().and_then(|chunk| chunk.cursor.clone());
        let last = last.expect("a cursor");
        if !last.more {
            break;
        }
        cursor = Some(last.cursor);
    }
    assert!(left.len() > 4, "several chunks: {left:?}");
    assert!(left.is_sorted_by(|one, next| one > next) && left.last() == Some(&0));
    let distinct: BTreeSet<_> = order.iter().collect();
    assert_eq!(distinct.len(), order.len(), "nothing comes twice");

    // Of those made here; the demo's own, older, are in their places between them.
    let position = |id: &DocumentId| stock.ids.iter().position(|made| made == id);
    let came: Vec<usize> = order.iter().filter_map(position).collect();
    let is_own = |place: &usize| stock.own.contains(&stock.ids[*place]);
    let (mut first, mut then): (Vec<usize>, Vec<usize>) =
        (0..stock.ids.len()).rev().partition(is_own);
    first.append(&mut then);
    assert_eq!(came, first);
}

#[tokio::test]
async fn a_cut_after_each_chunk_and_within_it_costs_a_chunk_at_most() {
    let stock = Stock::begin().await;
    let (reply, body) = stock.load(None).await;
    // Where each chunk ends: the shortest beginning of the body that has so many of them.
    let chunks = |bytes: usize| Reply::decode(&body[..bytes]).map_or(0, |reply| reply.chunks.len());
    let ends: Vec<usize> = (1..=reply.chunks.len())
        .map(|count| {
            let (mut fewer, mut enough) = (0, body.len());
            while enough - fewer > 1 {
                let middle = usize::midpoint(fewer, enough);
                if chunks(middle) < count {
                    fewer = middle;
                } else {
                    enough = middle;
                }
            }
            enough
        })
        .collect();
    assert!(ends.len() > 4, "several chunks: {ends:?}");
    for end in &ends {
        for bytes in [end - 1, *end, end + 1] {
            let mut phone = Device::open(
                stock.reader.user().clone(),
                fresh_actor(),
                MemoryShelf::default(),
            )
            .expect("memory");
            let fresh = &mut fresh_actor;
            let now_ms = now_ms();
            let moment = &mut Moment { now_ms, fresh };
            let attempt = phone.request(Hold::Scope, now_ms).expect("a request");
            phone
                .take(&attempt, &body[..bytes], false, moment)
                .expect("as far as it came");
            let next = phone.request(Hold::Scope, now_ms).expect("a request");
            let (rest, _) = stock.load(next.request.hello.cursor).await;
            let kept = chunks(bytes);
            let had = reply.chunks[..kept].iter();
            let had: usize = had.map(|chunk| chunk.documents.len()).sum();
            let first = rest.chunks.first().map(|chunk| &chunk.documents);
            let first = first.and_then(|documents| documents.first());
            let following = reply.chunks.get(kept);
            let following = following.and_then(|chunk| chunk.documents.first());
            if let Some(following) = following {
                let (first, following) = (&first.expect("more").header, &following.header);
                assert_eq!(first, following, "cut at {bytes} after {had} documents");
            }
        }
    }
}

#[tokio::test]
async fn a_load_cut_anywhere_goes_on_and_is_usable_meanwhile() {
    let stock = Stock::begin().await;
    let proxy = Proxy::start(stock.server.address()).await;
    let mut phone = emptied(&stock.reader, &proxy.url());
    let whole = phone.sync().await.expect("in step");
    assert_in_step(&phone, &stock.wanted);
    let mut random = Random::new(110);
    let (mut usable, mut worst) = (0, 0);
    for _ in 0..CUTS {
        let mut phone = emptied(&stock.reader, &proxy.url());
        let bytes = 1 + random.below(whole.bytes_down - 100);
        proxy.set(Mode::CutDown(bytes));
        phone.sync().await.expect_err("cut off");
        let listed = phone.petitions().expect("readable");
        if let Some(petition) = listed.first() {
            usable += 1;
            assert!(petition.fields.contains_key("content"));
            let left = phone.session().progress().left;
            let left = left.map_or(0, |left| left as usize);
            assert_eq!(
                phone.ids().expect("a shelf").len() + left,
                stock.wanted.len()
            );
        }
        proxy.set(Mode::Pass);
        back_in_step(&mut phone).await;
        assert_eq!(heads(&phone), stock.wanted, "after {bytes} bytes");
        assert_eq!(phone.session().progress().left, None);
        worst = worst.max(phone.meter().down());
    }
    println!("{whole:?}; with a cut {worst} bytes at most; {usable} of {CUTS} were usable");
    assert!(worst * 10 <= whole.bytes_down * 13, "{worst} of {whole:?}");
    assert!(usable * 2 > CUTS, "{usable}");
}
#[tokio::test]
async fn what_changes_appears_or_goes_during_the_load_is_right_at_its_end() {
    let mut stock = Stock::begin().await;
    let proxy = Proxy::start(stock.server.address()).await;
    let whole = emptied(&stock.reader, &proxy.url()).sync().await;
    let bytes = whole.expect("in step").bytes_down;
    let mut phone = emptied(&stock.reader, &proxy.url());
    proxy.set(Mode::CutDown(bytes / 2));
    phone.sync().await.expect_err("cut off");
    let came: BTreeSet<DocumentId> = phone.ids().expect("a shelf").into_iter().collect();
    let (there, missing): (Vec<DocumentId>, Vec<DocumentId>) =
        stock.ids.iter().partition(|id| came.contains(id));
    assert!(there.len() > 4 && missing.len() > 4, "in the middle of it");

    let writer = &mut stock.writer;
    for id in [there[0], missing[0], missing[1]] {
        edit_voters(writer, id, 77);
    }
    // From the villages that come later to those that have come already, and back.
    for (id, village) in [(missing[2], OWN), (there[1], OTHERS[0])] {
        let edit = [Edit::new("village", village)];
        writer.edit(id, &edit).expect("edited");
    }
    let unit = UnitCode::from(QUANG_LAM);
    for village in [OWN, OTHERS[1]] {
        record_long(writer, &unit, village, 111, 2);
    }
    writer.sync().await.expect("in step");
    for id in [there[2], missing[3]] {
        let id = id.to_string();
        let arguments = ["--document", &id, "--reason", "theo đơn"];
        let _ = stock.server.command("erase", &arguments);
    }
    // The phone works while it loads: its user has now written in another village, too.
    let mine = record_long(&mut phone, &stock.unit(), OTHERS[2], 112, 1)[0];
    edit_voters(&mut phone, there[3], 78);
    proxy.set(Mode::Pass);
    back_in_step(&mut phone).await;
    stock.writer.sync().await.expect("in step");
    let wanted = heads(&stock.writer);
    assert!(wanted.contains_key(&mine));
    assert_eq!(wanted.len(), stock.wanted.len() + 4 + 1 - 2);
    assert_in_step(&phone, &wanted);
    let quiet = phone.sync().await.expect("in step");
    assert_eq!((quiet.requests, quiet.pushed, quiet.pulled), (1, 0, 0));
    assert_verified(&stock.server);
}
