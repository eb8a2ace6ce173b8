//! Who is calling: the bearer token of a device or the cookie of a browser's session, looked up anew
//! with each request.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::header::{AUTHORIZATION, COOKIE, HOST, ORIGIN};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue};
use kiennghi_shared::code::Code;

use crate::app::App;
use crate::auth::{Caller, SESSION_MS, Site, Token};
use crate::error::ApiError;

/// The cookie of a browser's session. The prefix has browsers take it over HTTPS alone (or from the
/// machine itself), for this host alone.
const COOKIE_NAME: &str = "__Host-kiennghi";

/// The token of a request; taken before the body is read, so that strangers send no bodies.
pub(super) struct SignedIn(pub(super) Caller);

/// The same, of a device that may be revoked: for the one door that still takes its work.
pub(super) struct Sender(pub(super) Caller);

/// The same, of a browser's session and of nothing else, with its token. A phone that was found must not
/// make codes, passwords or passkeys: whoever shows a device's token is refused, whatever cookies go along.
pub(super) struct AtDesk(pub(super) Caller, pub(super) Token);

impl FromRequestParts<Arc<App>> for AtDesk {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, ApiError> {
        let SignedIn(caller) = SignedIn::from_request_parts(parts, app).await?;
        let token = session(&parts.headers).filter(|_| bearer(&parts.headers).is_none());
        token
            .filter(|_| caller.is_session)
            .map(|token| Self(caller, token))
            .ok_or(ApiError(Code::Forbidden))
    }
}

impl FromRequestParts<Arc<App>> for SignedIn {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, ApiError> {
        let Sender(caller) = Sender::from_request_parts(parts, app).await?;
        match caller.farewell {
            Some(farewell) => Err(ApiError(farewell)),
            None => Ok(SignedIn(caller)),
        }
    }
}

impl FromRequestParts<Arc<App>> for Sender {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, ApiError> {
        let headers = &parts.headers;
        let token = token(headers).ok_or(ApiError(Code::Unauthenticated))?;
        // Cookies go along with whatever page asks; a page of another site does not act here.
        if bearer(headers).is_none() && !parts.method.is_safe() {
            from_own_page(headers)?;
        }
        let now_ms = app.clock.now_ms();
        let caller = app.work(move |app| Ok(app.callers.sign_in(&token, now_ms)?));
        let Some(caller) = caller.await? else {
            app.quotas.count_stranger(&parts.extensions, now_ms)?;
            return Err(ApiError(Code::Unauthenticated));
        };
        app.quotas.count_device(caller.device, now_ms)?;
        Ok(Sender(caller))
    }
}

/// The token that a request shows, a device's or a session's.
pub(super) fn token(headers: &HeaderMap) -> Option<Token> {
    bearer(headers).or_else(|| session(headers))
}

/// The bearer token of a request; none where there is none that could be one.
pub(super) fn bearer(headers: &HeaderMap) -> Option<Token> {
    let credentials = headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = credentials.split_once(' ')?;
    scheme
        .eq_ignore_ascii_case("bearer")
        .then(|| token.trim().parse().ok())
        .flatten()
}

/// The token of a browser's session.
pub(super) fn session(headers: &HeaderMap) -> Option<Token> {
    let cookies = headers.get_all(COOKIE).iter();
    let cookies = cookies.filter_map(|value| value.to_str().ok());
    let mut cookies = cookies.flat_map(|value| value.split(';'));
    cookies.find_map(|cookie| {
        let (name, value) = cookie.trim().split_once('=')?;
        (name == COOKIE_NAME).then(|| value.parse().ok()).flatten()
    })
}

/// The header that keeps a session in the browser, or has it forgotten.
pub(super) fn cookie(token: Option<&Token>) -> HeaderValue {
    let (value, seconds) = match token {
        Some(token) => (token.to_string(), SESSION_MS / 1000),
        None => (String::new(), 0),
    };
    let cookie = format!(
        "{COOKIE_NAME}={value}; Path=/; Max-Age={seconds}; Secure; HttpOnly; SameSite=Strict"
    );
    let mut header = HeaderValue::from_str(&cookie).unwrap_or(HeaderValue::from_static(""));
    header.set_sensitive(true);
    header
}

/// Refuses what a page of another site asks in its visitor's name.
///
/// # Errors
/// [`Code::Forbidden`].
pub(super) fn from_own_page(headers: &HeaderMap) -> Result<(), ApiError> {
    let own = match headers.get("sec-fetch-site") {
        Some(site) => site == "same-origin",
        None => site(headers).is_ok(),
    };
    own.then_some(()).ok_or(ApiError(Code::Forbidden))
}

/// Where the page is open that asks: its origin, which must be the host that was asked.
///
/// # Errors
/// [`Code::Forbidden`] when the page is another host's or does not say whose it is.
pub(super) fn site(headers: &HeaderMap) -> Result<Site, ApiError> {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let origin = text(ORIGIN).ok_or(ApiError(Code::Forbidden))?;
    let (_, authority) = origin.split_once("://").ok_or(ApiError(Code::Forbidden))?;
    if text(HOST) == Some(authority) {
        Ok(Site {
            origin: origin.to_owned(),
        })
    } else {
        Err(ApiError(Code::Forbidden))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        let pairs = pairs.iter();
        pairs
            .map(|(name, value)| {
                let name = axum::http::HeaderName::from_static(name);
                (name, HeaderValue::from_static(value))
            })
            .collect()
    }

    #[test]
    fn a_session_is_found_among_other_cookies() {
        let token = Token::random().expect("randomness");
        let kept = cookie(Some(&token));
        let kept = kept.to_str().expect("text");
        for part in ["Secure", "HttpOnly", "SameSite=Strict", "Path=/"] {
            assert!(kept.contains(part), "{kept}");
        }
        let pair = kept.split(';').next().expect("a pair");
        let sent = format!("other=1; {pair}; last=2");
        let mut found = HeaderMap::new();
        found.insert(COOKIE, HeaderValue::from_str(&sent).expect("a header"));
        assert_eq!(session(&found), Some(token));
        assert_eq!(session(&headers(&[("cookie", "kiennghi=1; a=b")])), None);
        assert_eq!(session(&HeaderMap::new()), None);
    }

    #[test]
    fn pages_of_other_sites_do_not_act() {
        let own = |pairs| from_own_page(&headers(pairs)).is_ok();
        assert!(own(&[("sec-fetch-site", "same-origin")]));
        for other in ["cross-site", "same-site", "none"] {
            assert!(!own(Box::leak(Box::new([("sec-fetch-site", other)]))));
        }
        assert!(own(&[("origin", "https://kn.vn"), ("host", "kn.vn")]));
        assert!(!own(&[("origin", "https://evil.vn"), ("host", "kn.vn")]));
        assert!(!own(&[("origin", "null"), ("host", "kn.vn")]));
        assert!(!own(&[("host", "kn.vn")]), "neither header");
    }
}
