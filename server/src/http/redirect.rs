//! Plain HTTP beside HTTPS: sends browsers on to the app, and nobody else. A program that calls the API
//! in the open has shown its token already; a redirect would hide that.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, Method, StatusCode, Uri, header};
use axum::middleware::from_fn;
use axum::response::{IntoResponse, Response};
use kiennghi_shared::code::Code;

use super::headers::{is_api, secure};
use crate::config::{Certificate, Config};
use crate::error::ApiError;

/// Where browsers are sent.
struct Https {
    port: u16,
    /// Names that the certificate is for, where they are known.
    names: Vec<String>,
}

/// The one answer of the plain address, for an app that listens at `https_port`.
pub(crate) fn redirect(config: &Config, https_port: u16) -> Router {
    let names = match &config.transport.certificate {
        Some(Certificate::Acme { domains, .. }) => domains.clone(),
        Some(Certificate::Files { .. }) | None => Vec::new(),
    };
    let port = https_port;
    Router::new()
        .fallback(send_on)
        .layer(from_fn(secure))
        .with_state(Arc::new(Https { port, names }))
}

async fn send_on(State(https): State<Arc<Https>>, request: Request) -> Response {
    if is_api(request.uri().path()) {
        return ApiError(Code::NotFound).into_response();
    }
    if request.method() != Method::GET && request.method() != Method::HEAD {
        return StatusCode::METHOD_NOT_ALLOWED.into_response();
    }
    let host = request.headers().get(header::HOST);
    let host = host.and_then(|host| host.to_str().ok()).unwrap_or_default();
    let location = https
        .address(host, request.uri())
        .and_then(|address| HeaderValue::from_str(&address).ok());
    match location {
        Some(location) => {
            let headers = [(header::LOCATION, location)];
            (StatusCode::PERMANENT_REDIRECT, headers).into_response()
        }
        None => StatusCode::BAD_REQUEST.into_response(),
    }
}

impl Https {
    /// The same page by HTTPS; none where the host is no name or address.
    fn address(&self, host: &str, uri: &Uri) -> Option<String> {
        let without_port = match host.rsplit_once(':') {
            Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
            _ => host,
        };
        let known = |name: &&String| name.eq_ignore_ascii_case(without_port);
        let name = if self.names.is_empty() {
            without_port
        } else {
            self.names.iter().find(known).or(self.names.first())?
        };
        let inner = name
            .strip_prefix('[')
            .and_then(|name| name.strip_suffix(']'));
        let well_formed = match inner {
            Some(inner) => inner.parse::<std::net::Ipv6Addr>().is_ok(),
            None => {
                let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '.';
                !name.is_empty() && name.chars().all(plain)
            }
        };
        let path = uri.path_and_query().map_or("/", |path| path.as_str());
        let port = match self.port {
            443 => String::new(),
            port => format!(":{port}"),
        };
        (well_formed && path.starts_with('/')).then(|| format!("https://{name}{port}{path}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_the_same_page_by_https() {
        let at = |port, names: &[&str], host: &str, path: &str| {
            let names = names.iter().map(|name| (*name).to_owned()).collect();
            Https { port, names }.address(host, &path.parse().expect("a path"))
        };
        let to = |text: &str| Some(text.to_owned());
        assert_eq!(at(443, &[], "a.vn", "/x?y=1"), to("https://a.vn/x?y=1"));
        assert_eq!(at(8443, &[], "a.vn:80", "/"), to("https://a.vn:8443/"));
        assert_eq!(at(443, &[], "[::1]:80", "/"), to("https://[::1]/"));
        assert_eq!(
            at(443, &["a.vn"], "evil.example", "/x"),
            to("https://a.vn/x")
        );
        assert_eq!(at(443, &["a.vn", "b.vn"], "B.vn", "/"), to("https://b.vn/"));
        for host in ["", "a.vn/x", "a b", "a@b", "[zz]"] {
            assert_eq!(at(443, &[], host, "/"), None, "{host}");
        }
    }
}
