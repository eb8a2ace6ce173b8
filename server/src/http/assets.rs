//! The apps, embedded in the binary: their files, compressed when they were built, and for every path that
//! is not a file the one page of the app that the path belongs to.

use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Redirect, Response};
use kiennghi_shared::code::Code;
use rust_embed::{EmbeddedFile, RustEmbed};

use super::encoding::Encoding;
use super::headers::is_api;
use crate::error::ApiError;

#[derive(RustEmbed)]
#[folder = "../pwa/dist"]
#[allow_missing = true]
struct Embedded;

const PAGE: &str = "index.html";
/// The apps that have a page of their own for everything under their name.
const APPS: [(&str, &str); 5] = [
    ("admin", "admin.html"),
    ("desk", "desk.html"),
    ("consolidation", "consolidation.html"),
    ("letters", "letters.html"),
    ("review", "review.html"),
];

/// Pages that have moved from one app to another: bookmarks lead there.
const MOVED: [(&str, &str); 1] = [("/letters/papers", "/review/papers")];

const NOT_EMBEDDED: &str = "<!doctype html>
<html lang=\"vi\">
<meta charset=\"utf-8\">
<meta name=\"viewport\" content=\"width=device-width\">
<title>Kiến Nghị</title>
<h1>Kiến Nghị</h1>
<p>Bản dựng này của máy chủ không kèm ứng dụng. Đồng bộ vẫn hoạt động.</p>
<p>Để có ứng dụng, hãy dựng bằng lệnh <code>cargo xtask build</code>.</p>
</html>
";

pub(super) async fn show_asset(method: Method, uri: Uri, headers: HeaderMap) -> Response {
    if is_api(uri.path()) {
        return ApiError(Code::NotFound).into_response();
    }
    let path = uri.path().trim_start_matches('/');
    if method != Method::GET && method != Method::HEAD {
        return StatusCode::METHOD_NOT_ALLOWED.into_response();
    }
    if let Some(place) = moved(&uri) {
        return Redirect::permanent(&place).into_response();
    }
    let path = file_of(path);
    match find(path, Encoding::best(&headers)) {
        Some((file, encoding)) => answer(path, file, encoding, &headers),
        None if path == PAGE || APPS.iter().any(|(_, page)| path == *page) => (
            [(header::CONTENT_TYPE, "text/html; charset=utf-8")],
            NOT_EMBEDDED,
        )
            .into_response(),
        None => ApiError(Code::NotFound).into_response(),
    }
}

/// Where a page stands that has moved, with all that was asked of it.
fn moved(uri: &Uri) -> Option<String> {
    let (_, to) = MOVED.iter().find(|(from, _)| *from == uri.path())?;
    let query = uri.query().map(|query| format!("?{query}"));
    Some(format!("{to}{}", query.unwrap_or_default()))
}

/// The file that a path names, or the page of the app that it belongs to. Nothing under an app's own name is a file:
/// names of people may have dots.
fn file_of(path: &str) -> &str {
    let first = path.split('/').next();
    let app = APPS.iter().find(|(name, _)| first == Some(name));
    let last = path.rsplit('/').next();
    match app {
        Some((_, page)) => page,
        None if last.is_some_and(|name| name.contains('.')) => path,
        None => PAGE,
    }
}

/// The file in the best packing that the client reads and the build made.
fn find(path: &str, accepted: Encoding) -> Option<(EmbeddedFile, Encoding)> {
    let packed =
        |suffix, encoding| Embedded::get(&format!("{path}.{suffix}")).map(|file| (file, encoding));
    let found = match accepted {
        Encoding::Brotli => packed("br", Encoding::Brotli).or_else(|| packed("gz", Encoding::Gzip)),
        Encoding::Gzip => packed("gz", Encoding::Gzip),
        // `best` gives it only to who reads neither of the others.
        Encoding::Zstd | Encoding::Identity => None,
    };
    found.or_else(|| Embedded::get(path).map(|file| (file, Encoding::Identity)))
}

fn answer(path: &str, file: EmbeddedFile, encoding: Encoding, asked: &HeaderMap) -> Response {
    let tag = format!("\"{}\"", hex::encode(&file.metadata.sha256_hash()[..12]));
    let known = asked.get_all(header::IF_NONE_MATCH).iter().any(|tags| {
        tags.to_str()
            .is_ok_and(|tags| tags.split(',').any(|known| known.trim() == tag))
    });
    let mut response = if known {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        axum::body::Bytes::from(file.data.into_owned()).into_response()
    };
    let headers = response.headers_mut();
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        headers.insert(header::ETAG, tag);
    }
    headers.insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static(caching(path)),
    );
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if !known {
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static(media_type(path)),
        );
        if let Some(name) = encoding.name() {
            headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(name));
        }
    }
    response
}

/// A file whose name carries a hash of its content never changes.
fn caching(path: &str) -> &'static str {
    let stem = path
        .rsplit('/')
        .next()
        .and_then(|name| name.split('.').next())
        .unwrap_or_default();
    let hash = stem
        .rsplit(['-', '_'])
        .next()
        .filter(|hash| hash.len() < stem.len());
    let hashed = hash.is_some_and(|hash| {
        hash.len() >= 8
            && hash
                .chars()
                .all(|c| c.is_ascii_digit() || ('a'..='f').contains(&c))
    });
    if hashed {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    }
}

fn media_type(path: &str) -> &'static str {
    match path.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "wasm" => "application/wasm",
        "webmanifest" => "application/manifest+json",
        "json" => "application/json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "webp" => "image/webp",
        "woff2" => "font/woff2",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_hashed_names_are_kept_for_ever() {
        assert_eq!(
            caching("core-0123abcd.wasm"),
            "public, max-age=31536000, immutable"
        );
        assert_eq!(
            caching("assets/ui-9f86d081884c7d65.js"),
            "public, max-age=31536000, immutable"
        );
        for path in [
            "index.html",
            "sw.js",
            "manifest.webmanifest",
            "icons/icon-192.png",
            "deadbeef",
        ] {
            assert_eq!(caching(path), "no-cache", "{path}");
        }
    }

    #[test]
    fn what_is_under_an_apps_name_is_its_page() {
        for path in ["admin", "admin/", "admin/users/le.van.an"] {
            assert_eq!(file_of(path), "admin.html", "{path}");
        }
        for path in ["desk", "desk/", "desk/cases/1.2"] {
            assert_eq!(file_of(path), "desk.html", "{path}");
        }
        for path in ["consolidation", "consolidation/new-case"] {
            assert_eq!(file_of(path), "consolidation.html", "{path}");
        }
        for path in ["letters", "letters/new"] {
            assert_eq!(file_of(path), "letters.html", "{path}");
        }
        for path in ["review", "review/supervision"] {
            assert_eq!(file_of(path), "review.html", "{path}");
        }
        for path in ["", "administer", "petitions/admin", "desks", "reviews"] {
            assert_eq!(file_of(path), PAGE, "{path}");
        }
        for path in ["admin-0123abcd.js", "desk-0123abcd.wasm"] {
            assert_eq!(file_of(path), path);
        }
    }

    #[test]
    fn media_types_are_those_that_browsers_ask_for() {
        assert_eq!(media_type("core.wasm"), "application/wasm");
        assert_eq!(
            media_type("manifest.webmanifest"),
            "application/manifest+json"
        );
        assert!(media_type("worker.js").starts_with("text/javascript"));
    }
}
