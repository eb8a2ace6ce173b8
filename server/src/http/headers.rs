//! The headers that every answer bears, whoever gave it: what a browser may do with it, and for how
//! long anybody may keep it. No handler sets them.

use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;

use super::client::Scheme;

/// What the app may do.
const APP: Policies = Policies {
    content: HeaderValue::from_static(
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
         img-src 'self' blob:; media-src 'self' blob:; connect-src 'self'; worker-src 'self'; \
         manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    ),
    permissions: HeaderValue::from_static(
        "geolocation=(self), camera=(self), microphone=(), payment=(), usb=(), \
         publickey-credentials-get=(self), publickey-credentials-create=(self)",
    ),
};

/// What an answer of the API may do, should a browser ever show it as a page: nothing. Shorter, too:
/// each sync pays for it.
const API: Policies = Policies {
    content: HeaderValue::from_static(
        "default-src 'none'; base-uri 'none'; frame-ancestors 'none'",
    ),
    permissions: HeaderValue::from_static("geolocation=(), camera=(), microphone=()"),
};

struct Policies {
    content: HeaderValue,
    permissions: HeaderValue,
}

/// A year: nobody who came by HTTPS once is led to plain HTTP again.
const STRICT_TRANSPORT_SECURITY: HeaderValue =
    HeaderValue::from_static("max-age=31536000; includeSubDomains");

const ALWAYS: [(HeaderName, HeaderValue); 4] = [
    (
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    ),
    (
        header::REFERRER_POLICY,
        HeaderValue::from_static("no-referrer"),
    ),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        HeaderValue::from_static("same-origin"),
    ),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        HeaderValue::from_static("same-origin"),
    ),
];

/// Whether a path is a door of the API, and not a file of the app.
pub(super) fn is_api(path: &str) -> bool {
    path == "/api" || path.starts_with("/api/")
}

pub(super) async fn secure(request: Request, next: Next) -> Response {
    let api = is_api(request.uri().path());
    let https = request.extensions().get() == Some(&Scheme::Https);
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in ALWAYS {
        headers.insert(name, value);
    }
    let policies = if api { API } else { APP };
    headers.insert(header::CONTENT_SECURITY_POLICY, policies.content);
    headers.insert("permissions-policy", policies.permissions);
    if api || !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    if https {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, STRICT_TRANSPORT_SECURITY);
    }
    response
}
