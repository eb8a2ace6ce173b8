//! A device that is enrolled anew while work of before is unsent: who may go on with it.

use axum::http::Method;
use kiennghi_server::store::DeviceId;
use kiennghi_shared::code::Code;
use kiennghi_shared::profile::Enrolment;
use kiennghi_shared::wire::{DocumentChanges, Verdict};
use serde_json::json;

use crate::district::{Draft, NOW, Phone, stamp};
use crate::http::{Device, Server, request};

impl Server {
    /// Enrols the page session of `phone` as a device of a user, showing this token.
    async fn enrol_again(&self, user: &str, phone: &Phone, shown: &str) -> Device {
        let body = json!({"code": self.code(user), "device": "máy"}).to_string();
        let answer = self
            .call(request(
                Method::POST,
                "/api/v1/enrolments",
                shown,
                body.into_bytes(),
            ))
            .await;
        let enrolment: Enrolment = serde_json::from_slice(&answer.body).expect("enrolment");
        Device {
            token: enrolment.token,
            phone: phone.clone(),
            cursor: None,
        }
    }

    async fn told(&self, device: &mut Device, push: DocumentChanges) -> Vec<Verdict> {
        let reply = self.sync(device, vec![push], |_| {}).await;
        reply.acks.expect("acks").verdicts
    }

    fn last_device(&self) -> DeviceId {
        let devices = self.bench.store.devices().expect("read");
        devices.last().expect("a device").id
    }
}

/// A device whose actor the server knows, and a change of that actor which was not sent yet.
async fn unsent(server: &Server) -> (Device, Draft, DocumentChanges) {
    let mut device = server.device("a-1");
    let mut draft = device.phone.petition("P-D-A", "Đã gửi");
    assert_eq!(server.told(&mut device, draft.take()).await, [Verdict::Ok]);
    draft.set(&device.phone, "place", "Chưa gửi");
    let waiting = draft.take();
    (device, draft, waiting)
}

const FOREIGN: Verdict = Verdict::Refused(Code::ForeignActor);

#[tokio::test]
async fn a_device_that_shows_its_old_token_sends_what_it_had() {
    let server = Server::new();
    let (old, mut draft, waiting) = unsent(&server).await;
    let mut new = server.enrol_again("a-1", &old.phone, &old.token).await;
    assert_eq!(server.told(&mut new, waiting).await, [Verdict::Ok]);
    // And once more after that: the actor is still the first device's.
    draft.set(&old.phone, "place", "Lần ba");
    let mut third = server.enrol_again("a-1", &old.phone, &new.token).await;
    assert_eq!(server.told(&mut third, draft.take()).await, [Verdict::Ok]);
    // What the new device begins is not the old one's.
    let mut page = third.phone.clone();
    page.actor = crate::district::new_actor();
    let mut later = page.petition("P-D-A", "Trên máy mới");
    assert_eq!(server.told(&mut third, later.take()).await, [Verdict::Ok]);
    later.set(&page, "place", "Trên máy cũ");
    let mut old = old;
    assert_eq!(server.told(&mut old, later.take()).await, [FOREIGN]);
}

#[tokio::test]
async fn without_proof_the_work_stays_the_old_devices() {
    let server = Server::new();
    let (mut old, _, waiting) = unsent(&server).await;
    let stranger = server.device("a-2");
    for shown in ["", "rubbish", &stranger.token] {
        let mut new = server.enrol_again("a-1", &old.phone, shown).await;
        let told = server.told(&mut new, waiting.clone()).await;
        assert_eq!(told, [FOREIGN], "{shown}");
    }
    // Another user does not go on for this one.
    let mut other = server.enrol_again("a-2", &old.phone, &old.token).await;
    assert_eq!(server.told(&mut other, waiting.clone()).await, [FOREIGN]);
    assert_eq!(server.told(&mut old, waiting).await, [Verdict::Ok]);
}

#[tokio::test]
async fn a_revoked_device_hands_nothing_on() {
    let server = Server::new();
    let (old, _, waiting) = unsent(&server).await;
    let revoke = |device| server.bench.store.revoke_device(device, &stamp(NOW));
    assert_eq!(revoke(old.phone.caller.device), Ok(true));
    let mut new = server.enrol_again("a-1", &old.phone, &old.token).await;
    assert_eq!(server.told(&mut new, waiting.clone()).await, [FOREIGN]);
    // One that continued another and was revoked: all it sends waits for the office.
    let (old, _, waiting) = unsent(&server).await;
    let mut new = server.enrol_again("a-1", &old.phone, &old.token).await;
    assert_eq!(revoke(server.last_device()), Ok(true));
    let told = server.told(&mut new, waiting).await;
    assert_eq!(told, [Verdict::Refused(Code::Review)]);
}
