//! What the configuration says of connections: TLS, proxies in front, and what one client may take.
//! Refuses combinations that would not do what they seem to say.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use ipnet::IpNet;
use serde::Deserialize;

use super::{ConfigError, Settings};

/// Where certificates come from when nothing else is said.
const LETS_ENCRYPT: &str = "https://acme-v02.api.letsencrypt.org/directory";

/// Addresses of proxies that are believed, such as `10.0.0.0/8`, `::1` or `192.168.1.2`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Network(IpNet);

impl Network {
    /// Whether an address belongs to it.
    #[must_use]
    pub fn contains(&self, address: IpAddr) -> bool {
        self.0.contains(&address)
    }
}

impl FromStr for Network {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let one = text.parse::<IpAddr>().map(IpNet::from);
        one.or_else(|_| text.parse::<IpNet>())
            .map(Self)
            .map_err(|_| format!("`{text}` is no address or network such as 10.0.0.0/8"))
    }
}

impl TryFrom<String> for Network {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

/// Where the server's certificate comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Certificate {
    /// PEM files that somebody else renews.
    Files {
        /// The chain, the server's own first.
        certificate: PathBuf,
        /// The private key.
        key: PathBuf,
    },
    /// An ACME authority, asked by the server itself.
    Acme {
        /// The names that the certificate is for.
        domains: Vec<String>,
        /// Whom the authority may write to.
        contact: Vec<String>,
        /// The authority's directory.
        directory: String,
        /// The folder that keeps account and certificate.
        cache: PathBuf,
        /// PEM file of roots by which the authority is known, in place of the public ones.
        roots: Option<PathBuf>,
    },
}

/// How connections are made and what one client may take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transport {
    /// The certificate; without one the server speaks plain HTTP.
    pub certificate: Option<Certificate>,
    /// Address at which plain HTTP sends browsers to HTTPS.
    pub redirect_listen: Option<SocketAddr>,
    /// Proxies whose word on their clients' addresses is taken.
    pub trusted_proxies: Vec<Network>,
    /// Connections that one address may hold.
    pub connections_of_address_max: usize,
    /// How long a handshake, or a request's head, may take.
    pub head_time_max: Duration,
    /// How long a client may send nothing of a body, or take nothing of an answer.
    pub idle_time_max: Duration,
    /// Requests a minute of one device.
    pub device_requests_per_minute: u32,
    /// Requests a minute of one address, of all who are not signed in.
    pub stranger_requests_per_minute: u32,
    /// Wrong secrets a minute from one address.
    pub wrong_secrets_per_minute: u32,
}

impl Transport {
    pub(super) fn of(
        settings: &Settings,
        file: &Settings,
        data: &std::path::Path,
    ) -> Result<Self, ConfigError> {
        macro_rules! set {
            ($name:ident) => {
                settings.$name.clone().or_else(|| file.$name.clone())
            };
        }
        let (certificate, key) = (set!(tls_certificate), set!(tls_key));
        let domains = set!(acme_domains).unwrap_or_default();
        let certificate = match (certificate, key, domains.is_empty()) {
            (None, None, true) => None,
            (Some(certificate), Some(key), true) => Some(Certificate::Files { certificate, key }),
            (None, None, false) => Some(Certificate::Acme {
                domains,
                contact: set!(acme_contact).unwrap_or_default(),
                directory: set!(acme_directory).unwrap_or_else(|| LETS_ENCRYPT.to_owned()),
                cache: data.join(set!(acme_cache).unwrap_or_else(|| PathBuf::from("acme"))),
                roots: set!(acme_roots),
            }),
            (Some(_), None, _) => return Err(senseless("tls_key", "set when tls_certificate is")),
            (None, Some(_), _) => return Err(senseless("tls_certificate", "set when tls_key is")),
            (Some(_), Some(_), false) => {
                let wanted = "left out when tls_certificate is set: a certificate comes from files or by ACME";
                return Err(senseless("acme_domains", wanted));
            }
        };
        let transport = Self {
            certificate,
            redirect_listen: set!(redirect_listen),
            trusted_proxies: set!(trusted_proxies).unwrap_or_default(),
            connections_of_address_max: set!(connections_of_address_max).unwrap_or(1000),
            head_time_max: seconds("head_seconds", set!(head_seconds).unwrap_or(30))?,
            idle_time_max: seconds("idle_seconds", set!(idle_seconds).unwrap_or(60))?,
            device_requests_per_minute: set!(device_requests_per_minute).unwrap_or(1200),
            stranger_requests_per_minute: set!(stranger_requests_per_minute).unwrap_or(1200),
            wrong_secrets_per_minute: set!(wrong_secrets_per_minute).unwrap_or(30),
        };
        transport.check()?;
        Ok(transport)
    }

    fn check(&self) -> Result<(), ConfigError> {
        if self.redirect_listen.is_some() && self.certificate.is_none() {
            let wanted = "left out where the server has no certificate: set tls_certificate and tls_key, or acme_domains";
            return Err(senseless("redirect_listen", wanted));
        }
        if !(1..=100_000).contains(&self.connections_of_address_max) {
            return Err(senseless("connections_of_address_max", "from 1 to 100000"));
        }
        for (name, count) in [
            (
                "device_requests_per_minute",
                self.device_requests_per_minute,
            ),
            (
                "stranger_requests_per_minute",
                self.stranger_requests_per_minute,
            ),
            ("wrong_secrets_per_minute", self.wrong_secrets_per_minute),
        ] {
            if !(1..=1_000_000).contains(&count) {
                return Err(senseless(name, "from 1 to 1000000"));
            }
        }
        let Some(Certificate::Acme {
            domains,
            contact,
            directory,
            ..
        }) = &self.certificate
        else {
            return Ok(());
        };
        if domains.iter().any(|name| {
            name.parse::<IpAddr>().is_ok()
                || !name.contains(|c: char| c.is_ascii_alphabetic())
                || name.contains(['/', ':', '*', ' '])
        }) {
            return Err(senseless(
                "acme_domains",
                "names such as kiennghi.example.vn",
            ));
        }
        if contact.iter().any(|one| !one.contains('@')) {
            return Err(senseless("acme_contact", "addresses such as it@example.vn"));
        }
        if !directory.starts_with("https://") {
            return Err(senseless(
                "acme_directory",
                "an address that begins with https://",
            ));
        }
        Ok(())
    }
}

fn seconds(name: &'static str, count: u64) -> Result<Duration, ConfigError> {
    if (1..=3600).contains(&count) {
        Ok(Duration::from_secs(count))
    } else {
        Err(senseless(name, "from 1 to 3600"))
    }
}

fn senseless(name: &'static str, wanted: &'static str) -> ConfigError {
    ConfigError::Senseless { name, wanted }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(file: &str) -> Result<Transport, String> {
        let file = toml::from_str(file).expect("settings");
        let transport = Transport::of(&Settings::default(), &file, std::path::Path::new("/data"));
        transport.map_err(|error| error.to_string())
    }

    #[test]
    fn a_certificate_comes_from_one_place() {
        assert_eq!(of("").expect("plain").certificate, None);
        assert!(
            of("tls_key = 'a'")
                .expect_err("half")
                .contains("tls_certificate must be set")
        );
        assert!(
            of("tls_certificate = 'a'")
                .expect_err("half")
                .contains("tls_key must be set")
        );
        let both = "tls_certificate = 'a'\ntls_key = 'b'\nacme_domains = ['a.vn']";
        assert!(of(both).expect_err("both").contains("acme_domains"));
        assert!(
            of("redirect_listen = '[::]:80'")
                .expect_err("plain")
                .contains("redirect_listen")
        );
        let acme = of("acme_domains = ['a.vn']").expect("ACME").certificate;
        let Some(Certificate::Acme {
            cache, directory, ..
        }) = acme
        else {
            panic!("{acme:?}");
        };
        assert_eq!(cache, PathBuf::from("/data/acme"));
        assert!(directory.contains("letsencrypt"));
        for wrong in ["10.0.0.1", "a.vn:443", "*.a.vn", ""] {
            let said = of(&format!("acme_domains = ['{wrong}']")).expect_err(wrong);
            assert!(said.contains("acme_domains"), "{said}");
        }
    }

    #[test]
    fn proxies_are_addresses_or_networks() {
        let proxies = of("trusted_proxies = ['10.0.0.0/8', '::1']").expect("networks");
        let [ten, one] = proxies.trusted_proxies[..] else {
            panic!("two");
        };
        assert!(ten.contains("10.1.2.3".parse().expect("address")));
        assert!(!ten.contains("11.1.2.3".parse().expect("address")));
        assert!(one.contains("::1".parse().expect("address")));
        assert!(!one.contains("::2".parse().expect("address")));
        assert!("10.0.0.0/40".parse::<Network>().is_err());
        assert!("proxy.example".parse::<Network>().is_err());
    }

    #[test]
    fn a_limit_of_nothing_is_refused() {
        for name in [
            "head_seconds",
            "idle_seconds",
            "connections_of_address_max",
            "wrong_secrets_per_minute",
        ] {
            assert!(of(&format!("{name} = 0")).expect_err(name).contains(name));
        }
    }
}
