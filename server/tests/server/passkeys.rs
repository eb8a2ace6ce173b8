//! Passkeys at the doors, with an authenticator of the tests' own.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::authenticator::{Authenticator, ORIGIN};
use crate::desk::{Desk, OTHER_PASSWORD, PASSWORD};
use crate::http::{Answer, Server};

fn is_refused(answer: &Answer) {
    assert_eq!(answer.refusal(), (401, "wrong_credentials".to_owned()));
    assert_eq!(answer.header("set-cookie"), "");
}

#[tokio::test]
async fn a_passkey_signs_its_owner_in_and_each_ticket_is_good_once() {
    let server = Server::new();
    let (mut admin, board) = (
        Desk::of(&server, "admin").await,
        Desk::of(&server, "board").await,
    );
    let (own, boards) = (Authenticator::new(1), Authenticator::new(2));
    admin.add_passkey(&own).await;
    board.add_passkey(&boards).await;

    let mut desk = Desk::new(&server);
    let begun = desk.begin_passkey_sign_in("admin").await;
    let signed = own.sign(&begun, ORIGIN);
    let came = desk.finish_passkey_sign_in(&begun, signed.clone()).await;
    assert_eq!(came.status, 204);
    assert_eq!(desk.who().await.as_deref(), Some("admin"));
    is_refused(&desk.finish_passkey_sign_in(&begun, signed).await);

    let mut desk = Desk::new(&server);
    let another = desk.begin_passkey_sign_in("board").await;
    let begun = desk.begin_passkey_sign_in("admin").await;
    // Another's key, another's ticket, another site, and too late.
    is_refused(
        &desk
            .finish_passkey_sign_in(&begun, boards.sign(&begun, ORIGIN))
            .await,
    );
    let begun = desk.begin_passkey_sign_in("admin").await;
    is_refused(
        &desk
            .finish_passkey_sign_in(&another, own.sign(&begun, ORIGIN))
            .await,
    );
    is_refused(
        &desk
            .finish_passkey_sign_in(&begun, own.sign(&begun, "https://evil.vn"))
            .await,
    );
    let begun = desk.begin_passkey_sign_in("admin").await;
    server.clock.advance(300_000);
    is_refused(
        &desk
            .finish_passkey_sign_in(&begun, own.sign(&begun, ORIGIN))
            .await,
    );

    // What was begun to add a passkey adds it once, and to nobody else.
    let adding = admin.begin_adding().await;
    let new = Authenticator::new(3);
    let stolen = board
        .finish_adding(&adding, new.make(&adding, ORIGIN))
        .await;
    is_refused(&stolen);
    let adding = admin.begin_adding().await;
    is_refused(
        &admin
            .finish_passkey_sign_in(&adding, own.sign(&adding, ORIGIN))
            .await,
    );
    admin.add_passkey(&new).await;
    let adding = board.begin_adding().await;
    let taken = board
        .finish_adding(&adding, new.make(&adding, ORIGIN))
        .await;
    assert_eq!(taken.refusal(), (409, "taken".to_owned()));
}

#[tokio::test]
async fn a_removed_passkey_and_a_disabled_user_are_out() {
    let server = Server::new();
    let (admin, board) = (
        Desk::of(&server, "admin").await,
        Desk::of(&server, "board").await,
    );
    let (one, two) = (Authenticator::new(1), Authenticator::new(2));
    board.add_passkey(&one).await;
    board.add_passkey(&two).await;
    let mut desk = Desk::new(&server);
    let begun = desk.begin_passkey_sign_in("board").await;
    let account = board.get("/api/v1/account").await.json();
    let id = account["passkeys"][0]["id"].as_str().expect("an id");
    let path = format!("/api/v1/account/passkeys/{id}");
    let own = [("sec-fetch-site", "same-origin")];
    let removed = board
        .ask(axum::http::Method::DELETE, &path, &own, None)
        .await;
    assert_eq!(removed.status, 204);
    is_refused(
        &desk
            .finish_passkey_sign_in(&begun, one.sign(&begun, ORIGIN))
            .await,
    );

    let begun = desk.begin_passkey_sign_in("board").await;
    let enable =
        |enabled: bool| json!([{ "enable_user": { "name": "board", "enabled": enabled } }]);
    admin.change(enable(false)).await.expect("disabled");
    is_refused(
        &desk
            .finish_passkey_sign_in(&begun, two.sign(&begun, ORIGIN))
            .await,
    );
    admin.change(enable(true)).await.expect("enabled");
    let begun = desk.begin_passkey_sign_in("board").await;
    let came = desk
        .finish_passkey_sign_in(&begun, two.sign(&begun, ORIGIN))
        .await;
    assert_eq!(came.status, 204);
}

/// The options without what differs from one call and one user to the next, and the lengths of the ids.
fn shape(mut begun: Value) -> (Value, Vec<usize>) {
    let ticket = begun["ticket"].take();
    let options = &mut begun["options"]["publicKey"];
    let challenge = options["challenge"].take();
    let length = |value: &Value| value.as_str().expect("text").len();
    let mut lengths = vec![length(&ticket), length(&challenge)];
    let allowed = options["allowCredentials"].as_array_mut().expect("a list");
    lengths.extend(allowed.iter_mut().map(|one| length(&one["id"].take())));
    allowed.truncate(1);
    (begun, lengths)
}

#[tokio::test]
async fn who_has_a_passkey_is_not_told_to_strangers() {
    let server = Server::new();
    let (admin, board) = (
        Desk::of(&server, "admin").await,
        Desk::of(&server, "board").await,
    );
    board.add_passkey(&Authenticator::new(1)).await;
    let desk = Desk::new(&server);
    let begin = async |user: &str| desk.begin_passkey_sign_in(user).await;
    let ids = |begun: &Value| begun["options"]["publicKey"]["allowCredentials"].clone();
    let (real, lengths) = shape(begin("board").await);
    let mut seen = BTreeSet::new();
    for number in 0..100 {
        let name = format!("user-{number}");
        server.clock.advance(2_000);
        let begun = begin(&name).await;
        assert_eq!(ids(&begun), ids(&begin(&name).await), "always the same");
        let (made_up, made_up_lengths) = shape(begun);
        assert_eq!(made_up, real);
        seen.insert(made_up_lengths);
    }
    assert!(seen.contains(&lengths), "{lengths:?} among {seen:?}");
    let several = seen.iter().filter(|lengths| lengths.len() > 3).count();
    assert!(several > 0 && seen.len() >= 5, "of many kinds: {seen:?}");

    let before = ids(&begin("board").await);
    let disable = json!([{ "enable_user": { "name": "board", "enabled": false } }]);
    admin.change(disable).await.expect("disabled");
    let (made_up, _) = shape(begin("board").await);
    assert_eq!(made_up, real);
    assert_ne!(ids(&begin("board").await), before, "as somebody unknown");
}

#[tokio::test]
async fn a_new_password_by_code_leaves_a_thief_nothing() {
    let server = Server::new();
    let mut owner = Desk::of(&server, "board").await;
    let thief = Authenticator::new(7);
    let codes = async |desk: &Desk<'_>| -> Vec<String> {
        let path = "/api/v1/account/recovery-codes";
        let made = desk.post(path, &Value::Null).await.json();
        serde_json::from_value(made["codes"].clone()).expect("codes")
    };
    let left = async |desk: &Desk<'_>| {
        let account = desk.get("/api/v1/account").await.json();
        let passkeys = account["passkeys"].as_array().expect("a list").len();
        (passkeys, account["recovery_codes_left"].clone())
    };
    let removed = async || {
        let admin = Desk::of(&server, "admin").await;
        admin.recorded("passkey.remove").await.len()
    };
    owner.add_passkey(&thief).await;
    let own = codes(&owner).await;
    let begun = owner.begin_passkey_sign_in("board").await;
    let came = owner.come_by_code("board", &own[0], OTHER_PASSWORD).await;
    assert_eq!(came.status, 204);
    assert_eq!(left(&owner).await, (0, json!(7)), "her own set stays good");
    let credential = thief.sign(&begun, ORIGIN);
    is_refused(&owner.finish_passkey_sign_in(&begun, credential).await);
    assert_eq!(removed().await, 1);

    owner.add_passkey(&thief).await;
    let stolen = codes(&owner).await;
    let issued = server.code("board");
    let came = owner.come_by_code("", &issued, PASSWORD).await;
    assert_eq!(came.status, 204);
    assert_eq!(left(&owner).await, (0, json!(0)));
    let mut desk = Desk::new(&server);
    is_refused(&desk.come_by_code("board", &stolen[0], OTHER_PASSWORD).await);
    assert_eq!(removed().await, 2);
}
