//! Which addresses the server calls when a browser says that its alerts go there.
//!
//! The address comes from a client, so it may name no other host than a known push service, by HTTPS at its
//! usual port; and whatever the name resolves to, nothing in a private network is called.

use std::net::IpAddr;

use hyper::Uri;
use ipnet::IpNet;
use kiennghi_shared::alert::ENDPOINT_BYTES_MAX;

const HTTPS_PORT: u16 = 443;

/// Addresses that belong to no host out there: loopback, private and shared networks, what is reserved, and
/// ways to write an IPv4 address as another one.
const REFUSED_NETWORKS: [&str; 21] = [
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.0.0.0/24",
    "192.0.2.0/24",
    "192.88.99.0/24",
    "192.168.0.0/16",
    "198.18.0.0/15",
    "198.51.100.0/24",
    "203.0.113.0/24",
    "224.0.0.0/3",
    // Only 2000::/3 is given out.
    "::/3",
    "4000::/2",
    "8000::/1",
    "2001::/23",
    "2001:db8::/32",
    "2002::/16",
    "3fff::/20",
];

/// An address that may be called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Endpoint {
    /// The host's name.
    pub(crate) host: String,
    /// The port.
    pub(crate) port: u16,
    /// Path and query.
    pub(crate) path: String,
}

impl Endpoint {
    /// What tokens for this push service name: its scheme, host and port.
    pub(crate) fn origin(&self) -> String {
        format!("https://{}", self.authority())
    }

    /// The host, with the port where it is not the usual one.
    pub(crate) fn authority(&self) -> String {
        match self.port {
            HTTPS_PORT => self.host.clone(),
            port => format!("{}:{port}", self.host),
        }
    }
}

/// Which push services are known.
#[derive(Debug, Clone)]
pub(crate) struct Services {
    /// Names of hosts; one that begins with `*.` stands for all below it.
    hosts: Vec<String>,
    /// Whether hosts in private networks, and other ports, may be called.
    private: bool,
    refused: Vec<IpNet>,
}

impl Services {
    pub(crate) fn new(hosts: &[String], private: bool) -> Self {
        let refused = REFUSED_NETWORKS.iter();
        Self {
            hosts: hosts.iter().map(|host| host.to_lowercase()).collect(),
            private,
            refused: refused.filter_map(|network| network.parse().ok()).collect(),
        }
    }

    /// The endpoint of this address; none when it is not one of a known push service.
    pub(crate) fn endpoint(&self, address: &str) -> Option<Endpoint> {
        let is_plain = address.bytes().all(|byte| byte.is_ascii_graphic())
            && !address.contains(['#', '\\'])
            && address.len() <= ENDPOINT_BYTES_MAX;
        let uri: Uri = address.parse().ok().filter(|_| is_plain)?;
        let authority = uri.authority()?;
        let host = authority.host().to_lowercase();
        let port = authority.port_u16().unwrap_or(HTTPS_PORT);
        // The parser passes over a port that is no number; and nobody is to be signed in there.
        let whole = [host.clone(), format!("{host}:{port}")];
        let is_known = uri.scheme_str() == Some("https")
            && whole.contains(&authority.as_str().to_lowercase())
            && self.knows(&host)
            && (port == HTTPS_PORT || self.private);
        is_known.then(|| Endpoint {
            host,
            port,
            path: uri
                .path_and_query()
                .map_or_else(|| "/".to_owned(), |path| path.as_str().to_owned()),
        })
    }

    fn knows(&self, host: &str) -> bool {
        self.hosts
            .iter()
            .any(|known| match known.strip_prefix('*') {
                Some(below) => host.len() > below.len() && host.ends_with(below),
                None => host == known,
            })
    }

    /// Whether a host at this address may be called.
    pub(crate) fn may_call(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.private
            || !self
                .refused
                .iter()
                .any(|network| network.contains(&address))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::PUSH_SERVICES;

    fn services() -> Services {
        Services::new(&PUSH_SERVICES.map(str::to_owned), false)
    }

    #[test]
    fn known_push_services_are_called() {
        for (address, host, path) in [
            (
                "https://fcm.googleapis.com/fcm/send/abc:APA91_x-y",
                "fcm.googleapis.com",
                "/fcm/send/abc:APA91_x-y",
            ),
            (
                "https://updates.push.services.mozilla.com/wpush/v2/gAAA",
                "updates.push.services.mozilla.com",
                "/wpush/v2/gAAA",
            ),
            (
                "https://web.push.apple.com/QGuQ",
                "web.push.apple.com",
                "/QGuQ",
            ),
            (
                "https://WNS2-sg2p.notify.windows.com:443/w/?token=BQYAAA%2b",
                "wns2-sg2p.notify.windows.com",
                "/w/?token=BQYAAA%2b",
            ),
        ] {
            let endpoint = services().endpoint(address).expect(address);
            assert_eq!((endpoint.host.as_str(), endpoint.port), (host, 443));
            assert_eq!(endpoint.path, path);
            assert_eq!(endpoint.origin(), format!("https://{host}"));
        }
    }

    #[test]
    fn no_other_address_is_called() {
        let long = format!("https://fcm.googleapis.com/{}", "a".repeat(2_048));
        for address in [
            "http://fcm.googleapis.com/x",
            "ftp://fcm.googleapis.com/x",
            "//fcm.googleapis.com/x",
            "fcm.googleapis.com/x",
            "https://fcm.googleapis.com:8443/x",
            "https://fcm.googleapis.com:x/x",
            "https://fcm.googleapis.com:99999/x",
            "https://fcm.googleapis.com@10.0.0.1/x",
            "https://x@fcm.googleapis.com/x",
            "https://fcm.googleapis.com.evil.vn/x",
            "https://evil-fcm.googleapis.com/x",
            "https://evilpush.apple.com/x",
            "https://push.apple.com/x",
            "https://.push.apple.com.evil.vn/x",
            "https://evil.vn/.push.apple.com",
            "https://evil.vn\\.push.apple.com/x",
            "https://evil.vn/#.push.apple.com",
            "https://127.0.0.1/x",
            "https://[::1]/x",
            "https://localhost/x",
            "https://fcm.googleapis.com/x y",
            "https://fcm.googleapis.com/x\r\nHost: evil.vn",
            "",
            &long,
        ] {
            assert_eq!(services().endpoint(address), None, "{address}");
        }
    }

    #[test]
    fn nothing_in_a_private_network_is_called() {
        let called = |address: &str| services().may_call(address.parse().expect("an address"));
        for address in [
            "0.0.0.0",
            "10.1.2.3",
            "100.64.0.1",
            "127.0.0.1",
            "127.9.9.9",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "198.18.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:10.0.0.1",
            "::ffff:127.0.0.1",
            "::127.0.0.1",
            "64:ff9b::7f00:1",
            "2001:db8::1",
            "2002:7f00:1::",
            "fc00::1",
            "fd12::1",
            "fe80::1",
            "ff02::1",
        ] {
            assert!(!called(address), "{address}");
        }
        for address in [
            "142.250.66.74",
            "172.15.0.1",
            "172.32.0.1",
            "::ffff:142.250.66.74",
            "2404:6800:4005::200a",
            "2a02:26f0::1",
        ] {
            assert!(called(address), "{address}");
        }
        let tested = Services::new(&[], true);
        assert!(tested.may_call("127.0.0.1".parse().expect("an address")));
    }

    #[test]
    fn every_refused_network_is_one() {
        assert_eq!(services().refused.len(), REFUSED_NETWORKS.len());
    }
}
