//! What a device and the server say to each other about alerts (lời nhắc): lines that a browser shows also
//! while the app is closed, brought by the push service of whoever made the browser.

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use crate::order::decode_in_order;

/// Where alerts are switched on and off.
pub const ALERTS_PATH: &str = "/api/v1/alerts";

/// Bytes of an endpoint's address.
pub const ENDPOINT_BYTES_MAX: usize = 2_048;

/// Where a browser is sent alerts, and how they are encrypted for it: what its `PushSubscription` says.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
pub struct Subscription {
    /// The address at the push service.
    #[n(0)]
    pub endpoint: String,
    /// The browser's public key: a point of P-256, uncompressed, base64url without padding.
    #[n(1)]
    pub p256dh: String,
    /// The browser's secret of 16 bytes, base64url without padding.
    #[n(2)]
    pub auth: String,
}

/// How alerts stand on the device that asks.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Serialize, Deserialize)]
pub struct AlertState {
    /// The server's public key, `applicationServerKey`: a point of P-256, uncompressed, base64url without
    /// padding.
    #[n(0)]
    pub key: String,
    /// Whether the device is sent alerts.
    #[n(1)]
    pub is_on: bool,
}

decode_in_order! {
    AlertState { key, is_on }
}

/// What an alert says, as the JSON that the service worker reads. It names nobody and nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alert {
    /// What it is about: one takes the place of an earlier one of the same.
    pub topic: Topic,
    /// The line to show.
    pub words: String,
    /// The page that it opens, as a path.
    pub path: String,
}

/// What an alert is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Topic {
    /// What is late and what will be soon, on a working morning.
    Daily,
    /// A case was assigned, or a letter has come.
    News,
}

impl Topic {
    /// Its name, as push services and browsers are told it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Topic::Daily => "daily",
            Topic::News => "news",
        }
    }
}
