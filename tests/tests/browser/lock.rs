//! The lock over restarts: what opens it, what wrong tries cost, when it locks by itself, and the way out
//! for who has forgotten.

use kiennghi_messages::{Answer, Cause, Command, Failure, NewWay, Secret, Way};
use kiennghi_tests::harness::{Mode, Proxy, Server};

use super::axe::examine;
use super::chrome::{Device, PHONE};
use super::sealed::PASSPHRASE;

/// Why the worker did not do what it was asked.
fn cause(outcome: &Result<Answer, Failure>) -> Option<Cause> {
    outcome.as_ref().err().map(|failure| failure.cause)
}

/// Waits until the words of a half-written meeting are kept.
async fn half_written(phone: &Device, url: &str, words: &str) {
    phone.reopen(&format!("{url}/meetings/new")).await;
    phone.write("[name=place]", words).await;
    phone
        .until("the draft", async |d| d.holds("drafts", words).await)
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_app_asks_to_be_unlocked_and_goes_on_where_the_address_says() {
    let mut server = Server::start();
    let proxy = Proxy::start(server.address()).await;
    let url = proxy.url();
    let mut phone = Device::new(PHONE).await;
    phone.enrol(&url, &server.enrol("quang-lam-1")).await;
    phone.ready_offline().await;
    let words = "Nhà bà Chíu Sám Múi";
    half_written(&phone, &url, words).await;
    server.stop();
    proxy.set(Mode::Refuse);
    phone.kill_and_restart().await;

    phone.go(&format!("{url}/meetings/new")).await;
    phone.find("[data-test=locked]").await;
    phone.unlock_with("ruộng bậc thanh").await;
    phone.find("[data-test=failure]").await;
    phone.picture("locked-wrong").await;
    assert_eq!(phone.count("[data-test=draft-question]").await, 0);
    phone.unlock().await;
    phone.find("[data-test=draft-question]").await;
    assert_eq!(phone.path().await, "/meetings/new");
    phone.click("[data-test=draft-open]").await;
    phone
        .until("the half-written words", async |d| {
            d.ask("return document.querySelector('[name=place]')?.value ?? ''")
                .await
                == words
        })
        .await;

    // By hand.
    phone.click("[data-test=back]").await;
    phone.click("[data-test=tab-device]").await;
    phone.picture("device").await;
    phone.click("[data-test=lock-now]").await;
    phone.find("[data-test=locked]").await;
    assert_eq!(phone.path().await, "/device");
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_tries_cost_a_wait_that_outlives_the_app() {
    let server = Server::start();
    let url = server.url();
    let mut phone = Device::new(PHONE).await;
    phone.enrol(&url, &server.enrol("quang-lam-1")).await;
    phone.reload().await;
    for number in 1..=5 {
        phone.unlock_with(&format!("sai lần thứ {number}")).await;
        phone
            .until("the try to be answered", async |d| {
                d.count("[data-test=failure]").await > 0
                    && d.ask("return document.querySelector('[name=passphrase]').value")
                        .await
                        == ""
            })
            .await;
    }
    phone.find("[data-test=unlock-wait]").await;
    phone.picture("locked-wait").await;
    phone.kill_and_restart().await;
    phone.go(&url).await;
    phone.find("[data-test=unlock-wait]").await;

    // The page's button can be got round, the worker cannot: it does not even try the right one.
    let right = Secret::Passphrase(PASSPHRASE.to_owned());
    let outcome = phone.command(Command::Unlock(right)).await;
    assert_eq!(cause(&outcome), Some(Cause::WrongSecret));
    assert_eq!(phone.count("[data-test=meeting-row]").await, 0);
    phone.find("[data-test=unlock-wait]").await;

    phone
        .until("the end of the wait", async |d| {
            d.count("[data-test=unlock-wait]").await == 0
        })
        .await;
    phone.unlock().await;
    phone.find("[data-test=meeting-row]").await;
    // A good one sets the count back.
    phone.reload().await;
    phone.unlock_with("sai lần thứ sáu").await;
    phone.find("[data-test=failure]").await;
    phone.unlock().await;
    phone.find("[data-test=meeting-row]").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_pages_about_the_lock_and_the_device_keep_nobody_out() {
    let server = Server::start();
    let url = server.url();
    let mut phone = Device::new(PHONE).await;
    phone
        .go(&format!("{url}/enrol#{}", server.enrol("quang-lam-1")))
        .await;
    phone.click("[data-test=enrol-submit]").await;
    phone.find("[name=repeated]").await;
    examine(&mut phone, "lock-set-up").await;
    phone.write("[name=passphrase]", "ruộng").await;
    phone.click("[data-test=passphrase-submit]").await;
    phone.find("[data-test=failure]").await;
    examine(&mut phone, "lock-set-up-short").await;
    phone.clear("[name=passphrase]").await;
    phone.set_lock().await;

    phone.find("[data-test=meeting-row]").await;
    phone.ready_offline().await;
    phone.click("[data-test=tab-device]").await;
    phone.find("[data-test=lock-ways]").await;
    examine(&mut phone, "device").await;
    phone.click("[data-test=lock-ways]").await;
    phone.find("[data-test=change-passphrase]").await;
    examine(&mut phone, "device-lock").await;
    phone.click("[data-test=change-passphrase]").await;
    phone.find("[name=repeated]").await;
    examine(&mut phone, "device-lock-passphrase").await;
    phone.set_lock().await;
    phone.find("[data-test=unlock-passphrase]").await;
    examine(&mut phone, "device-lock-proof").await;
    phone.unlock().await;
    phone.find("[data-test=ways-changed]").await;
    examine(&mut phone, "device-lock-changed").await;

    phone.reload().await;
    phone.find("[data-test=unlock-passphrase]").await;
    examine(&mut phone, "locked").await;
    phone.unlock_with("ruộng bậc thanh").await;
    phone.find("[data-test=failure]").await;
    examine(&mut phone, "locked-failed").await;
    phone.click("[data-test=forgotten]").await;
    phone.click("[data-test=erase]").await;
    phone.find("[data-test=erase-sure]").await;
    examine(&mut phone, "locked-forgotten").await;
}

/// Lets the page's clock go on by some minutes.
pub(crate) async fn minutes_later(phone: &Device, minutes: u32) {
    let script = format!(
        "const now = Date.now.bind(Date); Date.now = () => now() + {minutes} * 60000; return true;"
    );
    phone.ask(&script).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn it_locks_by_itself_and_leaves_nothing_on_the_page() {
    let server = Server::start();
    let url = server.url();
    let phone = Device::new(PHONE).await;
    phone.enrol(&url, &server.enrol("quang-lam-1")).await;
    let words = "Bến đò Cái Giá";
    half_written(&phone, &url, words).await;
    minutes_later(&phone, 9).await;
    // Somebody is there.
    phone.write("[name=place]", " cũ").await;
    minutes_later(&phone, 9).await;
    phone
        .ask("return new Promise(done => setTimeout(done, 11000));")
        .await;
    assert_eq!(
        phone.count("[name=place]").await,
        1,
        "nine minutes are not ten"
    );

    minutes_later(&phone, 2).await;
    phone.find("[data-test=locked]").await;
    let page = phone.ask("return document.documentElement.outerHTML").await;
    let page = page.as_str().expect("a page");
    assert!(!page.contains(words), "nothing of the form is left");
    assert!(!page.contains("Quảng Lâm"), "nor of anything else");
    phone.unlock().await;
    phone.click("[data-test=draft-open]").await;
    phone
        .until("all that was written", async |d| {
            d.ask("return document.querySelector('[name=place]')?.value ?? ''")
                .await
                == format!("{words} cũ")
        })
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_keeps_nothing_any_more_does_not_keep_it_open() {
    let server = Server::start();
    let url = server.url();
    let phone = Device::new(PHONE).await;
    phone.enrol(&url, &server.enrol("quang-lam-1")).await;
    phone.reopen(&format!("{url}/meetings/new")).await;
    let words = "Sân đình Làng Ruộng";
    phone.find("[name=place]").await;
    // A word is typed, the store never answers, and ten minutes go by.
    let script = format!(
        "globalThis.kiennghi.worker.postMessage = () => {{}};\
         const field = document.querySelector('[name=place]');\
         field.value = '{words}';\
         field.dispatchEvent(new Event('input', {{ bubbles: true }}));\
         const now = Date.now.bind(Date); Date.now = () => now() + 11 * 60000;\
         document.dispatchEvent(new Event('pointerdown'));\
         return true;"
    );
    phone.ask(&script).await;
    phone
        .until("the words covered", async |d| {
            d.ask("return document.querySelector('[name=place]')?.checkVisibility() ?? false")
                .await
                == false
        })
        .await;
    phone.picture("locking").await;
    // Nor does anybody's touch open it again.
    phone
        .ask("document.dispatchEvent(new Event('pointerdown')); return true;")
        .await;
    phone.find("[data-test=locked]").await;
    let page = phone.ask("return document.documentElement.outerHTML").await;
    assert!(!page.as_str().expect("a page").contains(words));
}

#[tokio::test(flavor = "multi_thread")]
async fn it_locks_sooner_in_the_background() {
    let server = Server::start();
    let url = server.url();
    let phone = Device::new(PHONE).await;
    phone.enrol(&url, &server.enrol("quang-lam-1")).await;
    // Six minutes pass while another app is in front.
    phone
        .ask(
            "const now = Date.now.bind(Date); let hidden = false;\
             document.addEventListener('visibilitychange', () => { hidden ||= document.hidden; });\
             Date.now = () => now() + (hidden ? 360000 : 0); return true;",
        )
        .await;
    phone.hide().await;
    eprintln!(
        "hidden: {:?}",
        phone
            .ask("return [document.hidden, document.visibilityState, document.hasFocus()];")
            .await
    );
    phone.find("[data-test=locked]").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_forgotten_the_passphrase_is_told_the_price_and_begins_anew() {
    let mut server = Server::start();
    let proxy = Proxy::start(server.address()).await;
    let url = proxy.url();
    let phone = Device::new(PHONE).await;
    phone.enrol(&url, &server.enrol("quang-lam-1")).await;
    phone.ready_offline().await;
    server.stop();
    proxy.set(Mode::Refuse);
    phone.reopen(&format!("{url}/meetings/new")).await;
    phone.write("[name=place]", "Nhà văn hóa").await;
    phone.click("[data-test=save-done]").await;
    phone.find("[data-test=record]").await;
    phone.reload().await;
    let unsent = phone.find("[data-test=locked-unsent]").await;
    let unsent = unsent.text().await.expect("words");
    assert!(unsent.starts_with("1 thay đổi chưa gửi"), "{unsent}");
    phone.click("[data-test=forgotten]").await;
    phone.find("[data-test=erase]").await;
    phone.picture("forgotten").await;
    let price = phone.text("[data-test=forgotten-words]").await;
    assert!(price.contains("1 thay đổi chưa gửi sẽ mất hẳn"), "{price}");
    phone.click("[data-test=erase]").await;
    phone.find("[data-test=erase-sure]").await;
    phone.picture("forgotten-sure").await;
    assert_eq!(phone.stored("outbox").await.len(), 1, "nothing is gone yet");
    phone.click("[data-test=erase-sure]").await;
    phone.find("[data-test=enrol-submit]").await;
    server.restart();
    proxy.set_back(server.address());
    proxy.set(Mode::Pass);
    phone.go("about:blank").await;
    phone.enrol(&url, &server.enrol("quang-lam-1")).await;
    assert!(phone.stored("outbox").await.is_empty());
}

/// Takes a way to unlock away and adds one; why it did not, if so.
async fn change(
    phone: &Device,
    proof: Secret,
    old: Option<Way>,
    new: Option<NewWay>,
) -> Option<Cause> {
    let command = Command::ChangeWays { proof, old, new };
    cause(&phone.command(command).await)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_comes_from_elsewhere_unlocks_and_the_last_way_stays() {
    let server = Server::start();
    let url = server.url();
    let phone = Device::new(PHONE).await;
    phone
        .go(&format!("{url}/enrol#{}", server.enrol("quang-lam-1")))
        .await;
    phone.find("[data-test=enrol-submit]").await;
    // Nothing is enrolled before there is a lock, and no bad passphrase makes one.
    let short = NewWay::Passphrase("1234567".to_owned());
    let outcome = phone.command(Command::SetLock(short)).await;
    assert_eq!(cause(&outcome), Some(Cause::Invalid));
    let passphrase = || Secret::Passphrase(PASSPHRASE.to_owned());
    let own = NewWay::Passphrase(PASSPHRASE.to_owned());
    let outcome = phone.command(Command::SetLock(own)).await;
    assert_eq!(cause(&outcome), None);
    let key = || Secret::Supplied(vec![7; 32]);
    let supplied = || NewWay::Supplied(vec![7; 32]);
    let outcome = phone.command(Command::SetLock(supplied())).await;
    assert_eq!(cause(&outcome), Some(Cause::Locked), "there is one already");
    phone.click("[data-test=enrol-submit]").await;
    phone.find("[data-test=meeting-row]").await;
    let added = change(&phone, passphrase(), None, Some(supplied())).await;
    assert_eq!(added, None);
    phone.reload().await;
    phone.find("[data-test=locked]").await;
    let outcome = phone.command(Command::Drafts).await;
    assert_eq!(
        cause(&outcome),
        Some(Cause::Storage),
        "nothing is read while locked"
    );
    let outcome = phone
        .command(Command::Unlock(Secret::Supplied(vec![8; 32])))
        .await;
    assert_eq!(cause(&outcome), Some(Cause::WrongSecret));
    let outcome = phone.command(Command::Unlock(key())).await;
    assert_eq!(cause(&outcome), None);
    phone.find("[data-test=meeting-row]").await;
    // That it is open takes no way away: one is shown again.
    let wrong = || Secret::Supplied(vec![8; 32]);
    for way in [Way::Passphrase, Way::Supplied] {
        let removed = change(&phone, wrong(), Some(way), None).await;
        assert_eq!(removed, Some(Cause::WrongSecret));
    }
    let removed = change(&phone, key(), Some(Way::Passphrase), None).await;
    assert_eq!(removed, None);
    let removed = change(&phone, key(), Some(Way::Supplied), None).await;
    assert_eq!(removed, Some(Cause::Locked), "it is the last");
    let own = NewWay::Passphrase(PASSPHRASE.to_owned());
    let changed = change(&phone, key(), Some(Way::Supplied), Some(own)).await;
    assert_eq!(changed, None);
    phone.reload().await;
    phone.unlock().await;
    phone.find("[data-test=meeting-row]").await;
}
