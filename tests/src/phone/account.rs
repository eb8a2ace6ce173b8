//! What an enrolment leaves on the phone: the server's address, the token and the profile.

use kiennghi_shared::profile::{Enrolment, EnrolmentRequest, Profile};
use serde::{Deserialize, Serialize};

use super::client::Client;
use super::error::PhoneError;
use super::meter::Meter;

/// A user's account on this device.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Account {
    /// The server: `http://HOST:PORT`.
    pub url: String,
    /// The device's bearer token.
    pub token: String,
    /// What the server told about the user.
    pub profile: Profile,
}

impl Account {
    /// Trades a one-time code for a token.
    ///
    /// # Errors
    /// When the server cannot be reached or does not take the code.
    pub async fn enrol(url: &str, code: &str) -> Result<Self, PhoneError> {
        Self::enrol_with(url, code, None).await
    }

    /// Trades a one-time code for another token, showing this one.
    ///
    /// # Errors
    /// When the server cannot be reached or does not take the code.
    pub async fn enrol_again(&self, code: &str) -> Result<Self, PhoneError> {
        Self::enrol_with(&self.url, code, Some(&self.token)).await
    }

    async fn enrol_with(url: &str, code: &str, old: Option<&str>) -> Result<Self, PhoneError> {
        let mut client = Client::connect(url, old, &Meter::default()).await?;
        let request = EnrolmentRequest {
            code: code.to_owned(),
            device: "kiennghi-tests phone".to_owned(),
        };
        let reply = client.post_json("/api/v1/enrolments", &request).await?;
        let enrolment: Enrolment = read(&reply.ok()?.body)?;
        Ok(Self {
            url: url.to_owned(),
            token: enrolment.token,
            profile: enrolment.profile,
        })
    }

    /// Connects with the token.
    ///
    /// # Errors
    /// When nobody answers.
    pub async fn connect(&self, meter: &Meter) -> Result<Client, PhoneError> {
        Client::connect(&self.url, Some(&self.token), meter).await
    }

    /// Fetches the profile as it is now.
    pub(super) async fn fetch_profile(client: &mut Client) -> Result<Profile, PhoneError> {
        let reply = client.get("/api/v1/profile").await?;
        read(&reply.ok()?.body)
    }
}

fn read<T: serde::de::DeserializeOwned>(body: &[u8]) -> Result<T, PhoneError> {
    serde_json::from_slice(body).map_err(|error| PhoneError::Offline(error.to_string()))
}
