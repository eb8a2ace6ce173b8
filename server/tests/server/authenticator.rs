//! A key in somebody's pocket: makes passkeys and signs with them, as WebAuthn describes it.

use axum::http::Method;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use minicbor::Encoder;
use minicbor::bytes::ByteVec;
use p256::ecdsa::signature::Signer;
use p256::ecdsa::{DerSignature, SigningKey};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::desk::Desk;
use crate::http::Answer;

/// Where the pages are open that use it.
pub(crate) const ORIGIN: &str = "https://kn.vn";

/// Somebody was there and was verified.
const PRESENT_AND_VERIFIED: u8 = 0b101;
/// A new key follows.
const NEW_KEY: u8 = 0b100_0000;

/// One passkey.
pub(crate) struct Authenticator {
    id: Vec<u8>,
    key: SigningKey,
}

impl Authenticator {
    /// Told apart by its number, which is not 0.
    pub(crate) fn new(number: u8) -> Self {
        Self {
            id: vec![number; 20],
            key: SigningKey::from_slice(&[number; 32]).expect("a key"),
        }
    }

    fn said(&self, flags: u8, counter: u32) -> Vec<u8> {
        let mut said = Sha256::digest("kn.vn").to_vec();
        said.push(flags);
        said.extend(counter.to_be_bytes());
        said
    }

    /// What a browser answers to the options of a new passkey.
    pub(crate) fn make(&self, begun: &Value, origin: &str) -> Value {
        let mut said = self.said(PRESENT_AND_VERIFIED | NEW_KEY, 0);
        said.extend([0; 16]);
        said.extend(u16::try_from(self.id.len()).expect("short").to_be_bytes());
        said.extend(&self.id);
        let point = self.key.verifying_key().to_sec1_point(false);
        let (x, y) = (point.x().expect("a point"), point.y().expect("a point"));
        let mut key = Encoder::new(&mut said);
        // Key type EC2, ES256, P-256.
        key.map(5)
            .and_then(|key| key.u8(1)?.u8(2)?.u8(3)?.i8(-7)?.i8(-1)?.u8(1))
            .expect("CBOR");
        key.i8(-2)
            .and_then(|key| key.bytes(x)?.i8(-3)?.bytes(y))
            .expect("CBOR");
        let mut object = Encoder::new(Vec::new());
        object
            .map(3)
            .and_then(|object| object.str("fmt")?.str("none")?.str("attStmt")?.map(0))
            .and_then(|object| object.str("authData")?.encode(ByteVec::from(said)))
            .expect("CBOR");
        let response = json!({
            "attestationObject": URL_SAFE_NO_PAD.encode(object.into_writer()),
            "clientDataJSON": URL_SAFE_NO_PAD.encode(client_data("create", begun, origin)),
            "transports": ["internal", "hybrid"],
        });
        self.credential(&response)
    }

    /// What a browser answers to the options of a sign-in.
    pub(crate) fn sign(&self, begun: &Value, origin: &str) -> Value {
        let said = self.said(PRESENT_AND_VERIFIED, 1);
        let client_data = client_data("get", begun, origin);
        let signed = [said.as_slice(), &Sha256::digest(&client_data)].concat();
        let signature: DerSignature = self.key.sign(&signed);
        let response = json!({
            "authenticatorData": URL_SAFE_NO_PAD.encode(said),
            "clientDataJSON": URL_SAFE_NO_PAD.encode(client_data),
            "signature": URL_SAFE_NO_PAD.encode(signature.as_bytes()),
            "userHandle": null,
        });
        self.credential(&response)
    }

    fn credential(&self, response: &Value) -> Value {
        let id = URL_SAFE_NO_PAD.encode(&self.id);
        json!({ "id": id, "rawId": id, "type": "public-key", "extensions": {}, "response": response })
    }
}

fn client_data(what: &str, begun: &Value, origin: &str) -> Vec<u8> {
    let challenge = &begun["options"]["publicKey"]["challenge"];
    let client_data = json!({
        "type": format!("webauthn.{what}"), "challenge": challenge, "origin": origin,
        "crossOrigin": false,
    });
    client_data.to_string().into_bytes()
}

impl Desk<'_> {
    /// POST of a page that says where it is open.
    pub(crate) async fn post_from(&self, origin: &str, path: &str, body: &Value) -> Answer {
        let host = origin.trim_start_matches("https://");
        let headers = [("origin", origin), ("host", host)];
        self.ask(Method::POST, path, &headers, Some(body)).await
    }

    /// The options and the ticket of a new passkey.
    pub(crate) async fn begin_adding(&self) -> Value {
        let path = "/api/v1/account/passkeys/begin";
        self.post_from(ORIGIN, path, &json!({})).await.json()
    }

    pub(crate) async fn finish_adding(&self, begun: &Value, credential: Value) -> Answer {
        let body = json!({ "ticket": begun["ticket"], "credential": credential, "name": "Khoá" });
        self.post_from(ORIGIN, "/api/v1/account/passkeys/finish", &body)
            .await
    }

    /// Adds this passkey.
    pub(crate) async fn add_passkey(&self, authenticator: &Authenticator) {
        let begun = self.begin_adding().await;
        let answer = self
            .finish_adding(&begun, authenticator.make(&begun, ORIGIN))
            .await;
        assert_eq!(
            answer.status,
            204,
            "{}",
            String::from_utf8_lossy(&answer.body)
        );
    }

    /// The options and the ticket of a sign-in.
    pub(crate) async fn begin_passkey_sign_in(&self, user: &str) -> Value {
        let path = "/api/v1/sign-in/passkey/begin";
        let answer = self.post_from(ORIGIN, path, &json!({ "user": user })).await;
        assert_eq!(answer.status, 200, "{user}");
        answer.json()
    }

    pub(crate) async fn finish_passkey_sign_in(
        &mut self,
        begun: &Value,
        credential: Value,
    ) -> Answer {
        let body = json!({ "ticket": begun["ticket"], "credential": credential, "device": "Máy" });
        let answer = self
            .post_from(ORIGIN, "/api/v1/sign-in/passkey/finish", &body)
            .await;
        self.keep(&answer);
        answer
    }
}
