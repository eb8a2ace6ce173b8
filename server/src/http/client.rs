//! Who is at the other end: the address at which a connection began, or the one that a trusted proxy
//! vouches for. What anybody else writes into these headers is not believed.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::HeaderMap;
use axum::middleware::Next;
use axum::response::Response;

use crate::app::App;
use crate::config::Network;

/// How a connection began; set for each request by whoever took it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Peer {
    /// The other end's address.
    pub(crate) address: IpAddr,
    /// Whether this server speaks TLS with it.
    pub(crate) tls: bool,
}

/// The client's own address, as far as it can be known; an extension of every request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ClientAddress(pub(crate) IpAddr);

/// Those who share an address, or one customer's network of addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct AddressGroup(IpAddr);

/// How the client speaks with the first of our servers; an extension of every request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scheme {
    /// In the open.
    Http,
    /// Through TLS.
    Https,
}

impl ClientAddress {
    /// The IPv4 address, or the IPv6 network of 64 bits, within which one customer chooses freely.
    pub(crate) fn group(self) -> AddressGroup {
        AddressGroup(match self.0.to_canonical() {
            IpAddr::V6(address) => {
                let [a, b, c, d, ..] = address.segments();
                Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into()
            }
            v4 => v4,
        })
    }
}

pub(super) async fn identify(
    State(app): State<Arc<App>>,
    mut request: Request,
    next: Next,
) -> Response {
    // Only tests call the routes without a connection.
    let peer = request.extensions().get().copied().unwrap_or(Peer {
        address: Ipv4Addr::LOCALHOST.into(),
        tls: false,
    });
    let (address, scheme) = client(peer, request.headers(), &app.trusted_proxies);
    request.extensions_mut().insert(address);
    request.extensions_mut().insert(scheme);
    next.run(request).await
}

fn client(peer: Peer, headers: &HeaderMap, trusted: &[Network]) -> (ClientAddress, Scheme) {
    let own = peer.address.to_canonical();
    let trusts = |address: IpAddr| trusted.iter().any(|network| network.contains(address));
    let scheme = |https| if https { Scheme::Https } else { Scheme::Http };
    if !trusts(own) {
        return (ClientAddress(own), scheme(peer.tls));
    }
    let listed = hops(headers, "x-forwarded-for").map(bare_address);
    let by_list = right_most(own, listed, trusts);
    let forwarded = || hops(headers, "forwarded");
    let by_pairs = right_most(
        own,
        forwarded().map(|hop| pair(hop, "for").and_then(bare_address)),
        trusts,
    );
    let address = match (by_list, by_pairs) {
        (Some(one), Some(other)) if one == other => one,
        // A proxy writes one of them; the other came through from the client.
        (Some(_), Some(_)) | (None, None) => own,
        (Some(one), None) | (None, Some(one)) => one,
    };
    let https = match hops(headers, "x-forwarded-proto").next() {
        Some(word) => word.eq_ignore_ascii_case("https"),
        None => forwarded()
            .next()
            .and_then(|hop| pair(hop, "proto"))
            .is_some_and(|word| word.eq_ignore_ascii_case("https")),
    };
    (ClientAddress(address), scheme(https || peer.tls))
}

/// The right-most address that no trusted proxy has; the last known one where a hop cannot be read.
/// None when there are no hops.
fn right_most(
    own: IpAddr,
    hops: impl Iterator<Item = Option<IpAddr>>,
    trusts: impl Fn(IpAddr) -> bool,
) -> Option<IpAddr> {
    let mut last = None;
    for hop in hops {
        let Some(hop) = hop else {
            return last.or(Some(own));
        };
        last = Some(hop);
        if !trusts(hop) {
            break;
        }
    }
    last
}

/// The hops of a header, the nearest first, be they in one line or in several.
fn hops<'a>(headers: &'a HeaderMap, name: &'static str) -> impl Iterator<Item = &'a str> {
    let lines = headers.get_all(name).into_iter().collect::<Vec<_>>();
    // A line that is no text hides what stands before it.
    let lines = lines
        .into_iter()
        .rev()
        .map(|line| line.to_str().unwrap_or("?"));
    lines.flat_map(|line| line.rsplit(',').map(str::trim))
}

/// A value of a hop of `Forwarded`, without its quotes.
fn pair<'a>(hop: &'a str, wanted: &str) -> Option<&'a str> {
    hop.split(';').find_map(|pair| {
        let (name, value) = pair.split_once('=')?;
        let named = name.trim().eq_ignore_ascii_case(wanted);
        named.then(|| value.trim().trim_matches('"'))
    })
}

/// An address with or without a port and brackets.
fn bare_address(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let address = if let Some(rest) = text.strip_prefix('[') {
        rest.split_once(']')?.0.parse().ok()?
    } else if let Ok(address) = text.parse::<IpAddr>() {
        address
    } else {
        IpAddr::V4(text.rsplit_once(':')?.0.parse().ok()?)
    };
    Some(address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    const PROXY: &str = "10.0.0.1";

    fn seen(peer: &str, lines: &[(&'static str, &str)]) -> (String, bool) {
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            headers.append(*name, value.parse().expect("a value"));
        }
        let peer = Peer {
            address: peer.parse().expect("an address"),
            tls: false,
        };
        let trusted = ["10.0.0.0/8", "fd00::/8"].map(|network| network.parse().expect("network"));
        let (address, scheme) = client(peer, &headers, &trusted);
        (address.0.to_string(), scheme == Scheme::Https)
    }

    fn address(peer: &str, lines: &[(&'static str, &str)]) -> String {
        seen(peer, lines).0
    }

    #[test]
    fn strangers_are_not_believed() {
        let forged = [
            ("x-forwarded-for", "198.51.100.9"),
            ("forwarded", "for=198.51.100.9;proto=https"),
            ("x-forwarded-proto", "https"),
        ];
        assert_eq!(seen("203.0.113.7", &forged), ("203.0.113.7".into(), false));
        assert_eq!(seen("::ffff:203.0.113.7", &forged).0, "203.0.113.7");
    }

    #[test]
    fn a_proxy_is_believed_as_far_as_proxies_go() {
        let list = |value| address(PROXY, &[("x-forwarded-for", value)]);
        assert_eq!(list("203.0.113.7"), "203.0.113.7");
        assert_eq!(
            list("1.2.3.4, 203.0.113.7"),
            "203.0.113.7",
            "1.2.3.4 is said by the client"
        );
        assert_eq!(list("203.0.113.7, 10.9.9.9"), "203.0.113.7", "two proxies");
        assert_eq!(list("10.3.3.3, 10.9.9.9"), "10.3.3.3", "a client within");
        assert_eq!(list("203.0.113.7:4711"), "203.0.113.7");
        assert_eq!(list("[2001:db8::1]:4711"), "2001:db8::1");
        assert_eq!(list("203.0.113.7, unknown"), PROXY);
        assert_eq!(list("203.0.113.7, unknown, 10.9.9.9"), "10.9.9.9");
        let lines = [
            ("x-forwarded-for", "1.2.3.4"),
            ("x-forwarded-for", "203.0.113.7"),
        ];
        assert_eq!(address(PROXY, &lines), "203.0.113.7");
        assert_eq!(address(PROXY, &[]), PROXY);
        let pairs = "for=1.2.3.4, for=\"[2001:db8::1]:80\";proto=https";
        let lines = [("forwarded", pairs)];
        assert_eq!(seen(PROXY, &lines), ("2001:db8::1".into(), true));
    }

    #[test]
    fn two_headers_that_differ_are_both_set_aside() {
        let lines = [
            ("x-forwarded-for", "203.0.113.7"),
            ("forwarded", "for=198.51.100.9"),
        ];
        assert_eq!(address(PROXY, &lines), PROXY);
        let lines = [
            ("x-forwarded-for", "203.0.113.7"),
            ("forwarded", "for=203.0.113.7"),
        ];
        assert_eq!(address(PROXY, &lines), "203.0.113.7");
    }

    #[test]
    fn the_scheme_is_what_the_nearest_proxy_says() {
        let https = |value| seen(PROXY, &[("x-forwarded-proto", value)]).1;
        assert!(https("https"));
        assert!(!https("https, http"));
        assert!(!seen("203.0.113.7", &[("x-forwarded-proto", "https")]).1);
    }

    #[test]
    fn one_customer_is_one_group() {
        let group = |text: &str| ClientAddress(text.parse().expect("an address")).group();
        assert_eq!(group("2001:db8:1:2::1"), group("2001:db8:1:2:ffff::9"));
        assert_ne!(group("2001:db8:1:2::1"), group("2001:db8:1:3::1"));
        assert_eq!(group("::ffff:203.0.113.7"), group("203.0.113.7"));
        assert_ne!(group("203.0.113.8"), group("203.0.113.7"));
    }
}
