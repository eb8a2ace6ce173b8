//! The device's own lock (fingerprint, face, PIN), played by Chromium's virtual authenticator.

use kiennghi_tests::harness::Server;
use serde_json::json;

use super::chrome::{Device, PHONE};
use super::sealed::PASSPHRASE;

#[tokio::test(flavor = "multi_thread")]
async fn the_devices_own_lock_opens_the_app_and_ways_can_be_changed() {
    let server = Server::start();
    // Credentials belong to a name, not to an address in numbers.
    let url = server.url().replace("127.0.0.1", "localhost");
    let phone = Device::new(PHONE).await;
    phone.cdp("WebAuthn.enable", json!({})).await;
    let options = json!({
        "protocol": "ctap2", "ctap2Version": "ctap2_1", "transport": "internal",
        "hasResidentKey": true, "hasUserVerification": true, "isUserVerified": true,
        "hasPrf": true, "automaticPresenceSimulation": true,
    });
    let added = phone
        .cdp(
            "WebAuthn.addVirtualAuthenticator",
            json!({ "options": options }),
        )
        .await;
    let authenticator = added["authenticatorId"]
        .as_str()
        .expect("its id")
        .to_owned();

    phone
        .go(&format!("{url}/enrol#{}", server.enrol("quang-lam-1")))
        .await;
    phone.click("[data-test=enrol-submit]").await;
    phone.find("[data-test=choose-device]").await;
    phone.picture("lock-setup-device").await;
    phone.click("[data-test=choose-device]").await;
    phone.find("[data-test=meeting-row]").await;
    phone.reload().await;
    phone.find("[data-test=unlock-device]").await;
    phone.picture("locked-device").await;
    assert_eq!(phone.count("[name=passphrase]").await, 0);

    phone.click("[data-test=unlock-device]").await;
    phone.find("[data-test=meeting-row]").await;

    // A passphrase as the second way.
    phone.click("[data-test=tab-device]").await;
    phone.click("[data-test=lock-ways]").await;
    phone.picture("lock-ways").await;
    phone.click("[data-test=change-passphrase]").await;
    phone.set_lock().await;
    phone.click("[data-test=unlock-device]").await;
    phone.find("[data-test=ways-changed]").await;
    phone.picture("lock-ways-both").await;
    phone.reload().await;
    phone.find("[data-test=unlock-device]").await;
    phone.picture("locked-both").await;
    // Where it does not know its owner, the other way is still there.
    let stranger = json!({ "authenticatorId": authenticator, "isUserVerified": false });
    phone.cdp("WebAuthn.setUserVerified", stranger).await;
    phone.click("[data-test=unlock-device]").await;
    phone.find("[data-test=failure]").await;
    phone.unlock().await;

    // Then as the only one, and changed.
    phone.click("[data-test=remove-device]").await;
    phone.unlock().await;
    phone
        .until("the passphrase alone", async |d| {
            d.text("[data-test=way-device]").await == "Chưa dùng"
                && d.count("[data-test=remove-passphrase]").await == 0
        })
        .await;
    phone.click("[data-test=change-passphrase]").await;
    let new = "mùa nước nổi";
    phone.write("[name=passphrase]", new).await;
    phone.write("[name=repeated]", "mùa nước lặn").await;
    phone.click("[data-test=passphrase-submit]").await;
    phone.find("[data-test=failure]").await;
    phone
        .find("[name=repeated]")
        .await
        .clear()
        .await
        .expect("empty");
    phone.write("[name=repeated]", new).await;
    phone.click("[data-test=passphrase-submit]").await;
    phone.unlock_with("không phải cụm này").await;
    phone.find("[data-test=failure]").await;
    phone.unlock().await;
    phone.find("[data-test=ways-changed]").await;
    phone.reload().await;
    phone.unlock_with(PASSPHRASE).await;
    phone.find("[data-test=failure]").await;
    phone.unlock_with(new).await;
    phone.find("[data-test=change-passphrase]").await;
}
