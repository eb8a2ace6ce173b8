//! A phone on which an earlier version of the app kept everything in the clear: it is sealed as the first
//! thing after the update, all of it or nothing, and what was in the clear is gone from the disk.

use std::fmt::Write;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use kiennghi_shared::fields::Fields;
use kiennghi_shared::record::{Meeting, Petition};
use kiennghi_shared::schema::Kind;
use kiennghi_shared::wire::DocumentHeader;
use kiennghi_tests::harness::{Mode, Proxy, Server, eventually_async};
use kiennghi_tests::random::Random;
use serde_json::json;

use super::at_rest::files_with;
use super::chrome::{Device, PATIENCE, PHONE};
use super::sealed::STORES;

/// What lists show of a document, as it is stored.
type Card = (DocumentHeader, Fields, u32);

/// A card as it was stored while there were two kinds of document, each with a form of its own for what lists
/// show.
fn card_of_then(card: &[u8]) -> Vec<u8> {
    let (header, fields, conflicts): Card = minicbor::decode(card).expect("a card");
    match header.kind {
        Kind::Meeting => minicbor::to_vec((header, (0, (Meeting::from(&fields),)), conflicts)),
        _ => minicbor::to_vec((header, (1, (Petition::from(&fields),)), conflicts)),
    }
    .expect("it encodes")
}

impl Device {
    /// Puts the database as versions before the lock wrote it into the place of the sealed one, from a page
    /// of the same site that is not the app.
    async fn back_to_plain(&self, url: &str) {
        let mut puts = String::new();
        for store in STORES {
            let keys = self.stored(store).await;
            for ((key, _), value) in keys.iter().zip(self.opened(store).await) {
                let by_number = matches!(store, "outbox" | "refused");
                let key = if by_number {
                    key.clone()
                } else {
                    format!("'{key}'")
                };
                let value = match store {
                    "cards" => STANDARD.encode(card_of_then(&value)),
                    _ => STANDARD.encode(value),
                };
                let _ = write!(puts, "['{store}', {key}, '{value}'],");
            }
        }
        self.go(&format!("{url}/healthz")).await;
        let script = format!(
            "const stores = ['meta', 'documents', 'cards', 'outbox', 'refused', 'drafts'];\
             const open = indexedDB.open('kiennghi', 1);\
             open.onupgradeneeded = () => stores.forEach(name => open.result.createObjectStore(name));\
             await new Promise(done => open.onsuccess = done);\
             const write = open.result.transaction(stores, 'readwrite', {{ durability: 'strict' }});\
             for (const [store, key, value] of [{puts}])\
               write.objectStore(store).put(Uint8Array.from(atob(value), c => c.charCodeAt(0)), key);\
             await new Promise(done => write.oncomplete = done);\
             open.result.close();\
             const gone = indexedDB.deleteDatabase('kiennghi-sealed');\
             await new Promise(done => gone.onsuccess = done);\
             return true;"
        );
        assert_eq!(self.ask(&script).await, true);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_kept_in_the_clear_is_sealed_and_sent() {
    let server = Server::start();
    let proxy = Proxy::start(server.address()).await;
    let url = proxy.url();
    let mut phone = Device::new(PHONE).await;
    phone.enrol(&url, &server.enrol("quang-lam-1")).await;
    phone.ready_offline().await;
    proxy.set(Mode::Refuse);
    phone.reopen(&format!("{url}/meetings/new")).await;
    phone.write("[name=place]", "Sân Mwnkcjsx").await;
    phone.click("[data-test=save-done]").await;
    phone.click("[data-test=record]").await;
    phone.write("[name=content]", "Dở dang Vpxhydnk").await;
    phone
        .until("the draft", async |d| d.holds("drafts", "Vpxhydnk").await)
        .await;
    let record = phone.path().await;
    proxy.set(Mode::Pass);
    phone.back_to_plain(&url).await;
    proxy.set(Mode::Refuse);
    let there = async || (!files_with(phone.profile(), "Vpxhydnk").is_empty()).then_some(());
    eventually_async("the plain words on the disk", PATIENCE, there).await;

    // The update asks for the lock; killed at any moment, nothing is lost and it asks again, or has it.
    let mut random = Random::new(15);
    for _ in 0..3 {
        phone.go(&format!("{url}{record}")).await;
        phone.find("[name=repeated]").await;
        assert_eq!(
            phone.count("[name=content]").await,
            0,
            "nothing before the lock"
        );
        phone.set_lock().await;
        let ms = random.below(400);
        phone
            .ask(&format!(
                "return new Promise(done => setTimeout(done, {ms}));"
            ))
            .await;
        phone.kill_and_restart().await;
        phone.go(&format!("{url}{record}")).await;
        phone
            .until("a lock, or the question for one", async |d| {
                d.count("[name=repeated], [data-test=locked]").await > 0
            })
            .await;
        if phone.count("[data-test=locked]").await > 0 {
            break;
        }
    }
    if phone.count("[data-test=locked]").await == 0 {
        phone.picture("securing").await;
        phone.set_lock().await;
    } else {
        phone.unlock().await;
    }
    // What lists show is there in the form of today, of every document.
    let documents = phone.stored("documents").await.len();
    phone
        .until("all cards in the form of today", async |d| {
            let cards = d.opened("cards").await;
            let mut of_today = cards.iter().map(|card| minicbor::decode::<Card>(card));
            cards.len() == documents && of_today.all(|card| card.is_ok())
        })
        .await;
    phone.click("[data-test=draft-open]").await;
    phone
        .until("the half-written words", async |d| {
            d.ask("return document.querySelector('[name=content]')?.value ?? ''")
                .await
                == "Dở dang Vpxhydnk"
        })
        .await;
    let profile = phone.profile().to_owned();
    let gone = async || {
        ["Vpxhydnk", "Mwnkcjsx"]
            .iter()
            .all(|words| files_with(&profile, words).is_empty())
            .then_some(())
    };
    // Where erasing was cut off, it is done at the next start; and browsers tidy up when the machine has
    // nothing else to do, and begin anew when they are ended meanwhile.
    for _ in 0..3 {
        let wait = eventually_async("the plain words to leave the disk", 2 * PATIENCE, &gone);
        if tokio::time::timeout(PATIENCE, wait).await.is_ok() {
            break;
        }
        phone.close().await;
        phone.kill_and_restart().await;
        phone.reopen(&url).await;
    }
    eventually_async("the plain words to leave the disk", PATIENCE, &gone).await;
    proxy.set(Mode::Pass);
    phone.reopen(&url).await;
    phone
        .until("all sent", async |d| {
            d.text("[data-test=sync-state]").await == "✓ Đã gửi hết"
        })
        .await;
    let mut other = server.phone("quang-lam-2").await;
    other.sync().await.expect("syncs");
    let mut ids = other.ids().expect("the store reads").into_iter();
    assert!(ids.any(|id| other.fields(id).expect("reads").text("place") == "Sân Mwnkcjsx"));

    // Where such a version came back for a while and wrote again, nothing is erased unread.
    let script = "const open = indexedDB.open('kiennghi', 1);\
        open.onupgradeneeded = () => open.result.createObjectStore('drafts');\
        await new Promise(done => open.onsuccess = done);\
        const write = open.result.transaction('drafts', 'readwrite');\
        write.objectStore('drafts').put(new Uint8Array(9), 'new');\
        await new Promise(done => write.oncomplete = done);\
        open.result.close(); return true;";
    assert_eq!(phone.ask(script).await, true);
    phone.reopen(&url).await;
    phone.find("[data-test=meeting-row]").await;
    let names = "return (await indexedDB.databases()).map(database => database.name).sort();";
    assert_eq!(
        phone.ask(names).await,
        json!(["kiennghi", "kiennghi-sealed"])
    );
}
