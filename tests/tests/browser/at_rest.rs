//! What lies on a phone's disk: canary words that were recorded are in no file of the browser's profile,
//! and in no value of the database.

use std::fs;
use std::path::{Path, PathBuf};

use kiennghi_shared::record::Edit;

use super::sealed::{PASSPHRASE, STORES, contains};
use super::village::Village;

/// The files below a folder that have these words in them, as UTF-8 or as UTF-16.
pub(crate) fn files_with(folder: &Path, words: &str) -> Vec<PathBuf> {
    let wide: Vec<u8> = words.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                folders.push(path);
                continue;
            }
            // Sockets and what is gone meanwhile hold nothing.
            let bytes = fs::read(&path).unwrap_or_default();
            if contains(&bytes, words.as_bytes()) || contains(&bytes, &wide) {
                found.push(path);
            }
        }
    }
    found
}

/// The name of who is signed in.
const NAME: &str = "Chíu Sáng Phúc";

/// What is recorded, and the store that must have it. Words that have no four letters in common, with each
/// other or with anything else: the browser packs its files, and what was there before is not written again.
const RECORDED: [(&str, &str); 6] = [
    ("documents", "Bqzvxkwj"),
    ("cards", "Hgfdtpry"),
    ("cards", "Mwnkcjsx"),
    ("outbox", "Bqzvxkwj"),
    ("refused", "Tlzrgqfb"),
    ("drafts", "Vpxhydnk"),
];

#[tokio::test(flavor = "multi_thread")]
async fn nothing_that_was_recorded_can_be_read_on_the_disk() {
    let mut village = Village::new().await;
    let petition = village.petitions()[0];
    let brought = [Edit::new("place", "Chợ Jskwzmtc")];
    village
        .other
        .edit(village.petitions()[1], &brought)
        .expect("edited");
    village.other.sync().await.expect("syncs");

    // Work that is refused, because its petition is erased meanwhile.
    village.cut_off();
    village.edit(petition, " Tlzrgqfb.").await;
    let id = petition.to_string();
    let _ = village
        .server
        .command("erase", &["--document", &id, "--reason", "thử"]);
    village.join_again();
    village.phone.reopen(&village.url).await;
    village.phone.find("[data-test=refused-link]").await;
    // A meeting, a petition, and half of another, with no network.
    village.cut_off();
    village
        .phone
        .reopen(&format!("{}/meetings/new", village.url))
        .await;
    village.phone.write("[name=village]", "Bản Hgfdtpry").await;
    village.phone.write("[name=place]", "Sân Mwnkcjsx").await;
    village.phone.click("[data-test=save-done]").await;
    village.phone.click("[data-test=record]").await;
    let content = "Xin sửa đường Bqzvxkwj cho bà con.";
    village.phone.write("[name=content]", content).await;
    village.phone.click("[data-test=save-next]").await;
    village
        .phone
        .until("the petition saved", async |d| {
            d.text("[data-test=saved-note]").await.contains("thứ 1")
        })
        .await;
    village
        .phone
        .write("[name=content]", "Dở dang Vpxhydnk")
        .await;
    village
        .phone
        .until("the draft", async |d| d.holds("drafts", "Vpxhydnk").await)
        .await;

    let meta = village.phone.opened("meta").await;
    let is_token = |value: &&Vec<u8>| value.len() == 43 && value.is_ascii();
    let token = meta.iter().find(is_token).expect("256 bits");
    let token = String::from_utf8(token.clone()).expect("ASCII");
    let mut canaries = RECORDED.to_vec();
    canaries.extend([
        ("cards", "Jskwzmtc"),
        ("meta", NAME),
        ("meta", token.as_str()),
    ]);
    for (store, canary) in &canaries {
        assert!(
            village.phone.holds(store, canary).await,
            "{canary} is in {store}"
        );
    }
    // It unlocks all that, and is in no store at all.
    canaries.push(("", PASSPHRASE));
    for store in STORES {
        for (key, value) in village.phone.stored(store).await {
            for (_, canary) in &canaries {
                assert!(!contains(&value, canary.as_bytes()), "{canary} in {store}");
                assert!(!key.contains(canary), "{canary} in a key of {store}");
            }
        }
    }
    // The same search finds what a page writes in the clear.
    let plain = "const open = indexedDB.open('canary');\
        open.onupgradeneeded = () => open.result.createObjectStore('plain');\
        await new Promise(done => open.onsuccess = done);\
        const write = open.result.transaction('plain', 'readwrite', { durability: 'strict' });\
        write.objectStore('plain').put(new TextEncoder().encode('Đường Rfxgbqlp'), 'bytes');\
        write.objectStore('plain').put('Đường Dyhznvks', 'text');\
        await new Promise(done => write.oncomplete = done);\
        open.result.close(); return true;";
    assert_eq!(village.phone.ask(plain).await, true);
    village.phone.close().await;
    for words in ["Rfxgbqlp", "Dyhznvks"] {
        assert!(
            !files_with(village.phone.profile(), words).is_empty(),
            "{words}"
        );
    }
    for (_, canary) in &canaries {
        let found = files_with(village.phone.profile(), canary);
        assert!(found.is_empty(), "{canary} in {found:?}");
    }
}
