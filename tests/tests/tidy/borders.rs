//! Imports point one way: `commands → http → sync, gate, auth → projection, feed, store → shared`.

use crate::{complain, sources};

/// What must not be named, where, and where it may be after all.
struct Border {
    rule: &'static str,
    below: &'static str,
    forbidden: &'static [&'static str],
    except: &'static [&'static str],
}

/// What apps at desks do not name: the worker keeps the documents, and each other's pages are links.
const AT_A_DESK: &[&str] = &[
    "automerge",
    "kiennghi_core",
    "kiennghi_consolidation",
    "kiennghi_desk",
    "kiennghi_letters",
    "kiennghi_office",
    "kiennghi_review",
    "kiennghi_ui",
    "session::Session",
    "shared::document",
    "local_storage",
    "session_storage",
    "indexedDB",
    "fetch_with",
];

const BORDERS: &[Border] = &[
    Border {
        rule: "`shared` knows no HTTP, database, browser, clock or randomness",
        below: "shared/src",
        forbidden: &[
            "axum",
            "tokio",
            "hyper",
            "rusqlite",
            "web_sys",
            "js_sys",
            "wasm_bindgen",
            "leptos",
            "std::time",
            "std::fs",
            "std::net",
            "SystemTime",
            "getrandom",
            "rand::",
        ],
        // Text is normalised by the browser's own tables there (decision 0006).
        except: &["shared/src/text/browser.rs"],
    },
    Border {
        rule: "SQL and rusqlite stay in `store/`",
        below: "server/src",
        forbidden: &[
            "rusqlite",
            "SELECT ",
            "INSERT INTO",
            "DELETE FROM",
            "CREATE TABLE",
        ],
        except: &["server/src/store/"],
    },
    Border {
        rule: "only `app.rs`, `commands/` and the store itself name SQLite",
        below: "server/src",
        forbidden: &["sqlite", "Sqlite"],
        except: &[
            "server/src/store/",
            "server/src/app.rs",
            "server/src/commands/",
        ],
    },
    Border {
        rule: "the store knows nothing of what stands before it",
        below: "server/src/store",
        forbidden: &[
            "crate::http",
            "crate::sync",
            "crate::gate",
            "crate::auth",
            "crate::commands",
            "crate::app",
            "axum",
        ],
        except: &[],
    },
    Border {
        rule: "sync and gate know no HTTP",
        below: "server/src/sync",
        forbidden: &["crate::http", "crate::commands", "crate::app", "axum"],
        except: &[],
    },
    Border {
        rule: "sync and gate know no HTTP",
        below: "server/src/gate",
        forbidden: &["crate::http", "crate::commands", "crate::app", "axum"],
        except: &[],
    },
    Border {
        rule: "alerts know no HTTP of this server's own",
        below: "server/src/alerts",
        forbidden: &["crate::http", "crate::commands", "crate::app", "axum"],
        except: &[],
    },
    Border {
        rule: "projections know the documents alone",
        below: "server/src/projection",
        forbidden: &[
            "crate::http",
            "crate::sync",
            "crate::gate",
            "crate::auth",
            "axum",
        ],
        except: &[],
    },
    Border {
        rule: "papers are made from what they are given, and know no store, HTTP or clock",
        below: "server/src/papers",
        forbidden: &[
            "crate::store",
            "crate::projection",
            "crate::http",
            "crate::sync",
            "crate::gate",
            "crate::auth",
            "crate::clock",
            "axum",
            "SystemTime",
            "::now(",
        ],
        except: &[],
    },
    Border {
        rule: "printing and intake know no HTTP",
        below: "server/src/printing",
        forbidden: &["crate::http", "crate::commands", "crate::app", "axum"],
        except: &[],
    },
    Border {
        rule: "printing and intake know no HTTP",
        below: "server/src/intake",
        forbidden: &["crate::http", "crate::commands", "crate::app", "axum"],
        except: &[],
    },
    Border {
        rule: "similarity knows the texts alone",
        below: "server/src/similarity",
        forbidden: &[
            "crate::http",
            "crate::sync",
            "crate::gate",
            "crate::auth",
            "crate::store",
            "axum",
        ],
        except: &[],
    },
    Border {
        rule: "HTTP does not know the commands that start it",
        below: "server/src/http",
        forbidden: &["crate::commands"],
        except: &[],
    },
    Border {
        rule: "the phone app does not know the server",
        below: "pwa",
        forbidden: &["kiennghi_server", "axum", "rusqlite"],
        except: &[],
    },
    Border {
        // Decision 0015: what has no key is neither written nor read.
        rule: "one place writes to the phone's database, and seals what it writes",
        below: "pwa/core/src",
        forbidden: &["IdbDatabase", "IdbObjectStore", "put_with_key"],
        except: &["pwa/core/src/database.rs"],
    },
    Border {
        rule: "the page keeps nothing on the disk",
        below: "pwa/ui/src",
        forbidden: &[
            "local_storage",
            "session_storage",
            "IdbFactory",
            "indexedDB",
            "caches",
        ],
        except: &[],
    },
    Border {
        rule: "the page leaves documents and sync to the worker",
        below: "pwa/ui",
        forbidden: &[
            "automerge",
            "kiennghi_core",
            "session::Session",
            "shared::document",
        ],
        except: &[],
    },
    Border {
        rule: "the administration knows no documents and keeps nothing on the machine",
        below: "pwa/office",
        forbidden: &[
            "automerge",
            "kiennghi_core",
            "kiennghi_ui",
            "shared::session",
            "shared::document",
            "local_storage",
            "indexed_db",
        ],
        except: &[],
    },
    Border {
        rule: "the desks leave documents and sync to the worker and keep nothing on the disk",
        below: "pwa/desk",
        forbidden: AT_A_DESK,
        except: &[],
    },
    Border {
        rule: "consolidation leaves documents and sync to the worker and keeps nothing on the disk",
        below: "pwa/consolidation",
        forbidden: AT_A_DESK,
        except: &[],
    },
    Border {
        rule: "the letters leave documents and sync to the worker and keep nothing on the disk",
        below: "pwa/letters",
        forbidden: AT_A_DESK,
        except: &[],
    },
    Border {
        rule: "the review leaves documents and sync to the worker and keeps nothing on the disk",
        below: "pwa/review",
        forbidden: AT_A_DESK,
        except: &[],
    },
    Border {
        rule: "what the desks' apps have in common is under the same rule",
        below: "pwa/frame",
        forbidden: AT_A_DESK,
        except: &[],
    },
    Border {
        rule: "parts of pages know no page, no server and no document",
        below: "pwa/parts",
        forbidden: &[
            "automerge",
            "kiennghi_core",
            "kiennghi_desk",
            "kiennghi_messages",
            "kiennghi_office",
            "fetch_with",
        ],
        except: &[],
    },
    Border {
        rule: "all but the simulation know the server by its command line and HTTP alone",
        below: "tests",
        forbidden: &["kiennghi_server::"],
        except: &["tests/src/simulation", "tests/tests/tidy"],
    },
    Border {
        // The phone of the tests keeps its state in a file of its own; the disk is SQLite's; one file
        // of the harness changes what no command changes.
        rule: "SQL and rusqlite stay in stores",
        below: "tests",
        forbidden: &["rusqlite::", "SELECT ", "INSERT "],
        except: &[
            "tests/src/phone/shelf/file.rs",
            "tests/src/harness/rewrite.rs",
            "tests/disk/src",
            "tests/tests/tidy",
        ],
    },
];

#[test]
fn imports_point_one_way() {
    let mut complaints = Vec::new();
    for border in BORDERS {
        let below = sources(border.below, &[".rs"]);
        assert!(
            !below.is_empty(),
            "{} is gone: change this border",
            border.below
        );
        for source in below {
            if border
                .except
                .iter()
                .any(|except| source.path.starts_with(except))
            {
                continue;
            }
            for (number, line) in source.code() {
                for word in border.forbidden {
                    if line.contains(word) {
                        let place = format!("{}:{number}", source.path);
                        complaints.push(format!("{place}: {word} ({})", border.rule));
                    }
                }
            }
        }
    }
    complain("borders", &complaints);
}

/// Dependencies that a crate must not have, whatever its code says.
const DEPENDENCIES: &[(&str, &[&str])] = &[
    (
        "shared/Cargo.toml",
        &[
            "axum",
            "tokio",
            "rusqlite",
            "web-sys",
            "getrandom",
            "rand",
            "jiff",
        ],
    ),
    ("pwa/core/Cargo.toml", &["kiennghi-server", "leptos"]),
    (
        "pwa/lock/Cargo.toml",
        &["kiennghi-shared", "kiennghi-core", "web-sys", "js-sys"],
    ),
    ("pwa/ui/Cargo.toml", &["kiennghi-server", "kiennghi-core"]),
    (
        "pwa/office/Cargo.toml",
        &[
            "kiennghi-server",
            "kiennghi-core",
            "kiennghi-ui",
            "kiennghi-messages",
        ],
    ),
    (
        "pwa/desk/Cargo.toml",
        &[
            "kiennghi-server",
            "kiennghi-core",
            "kiennghi-consolidation",
            "kiennghi-letters",
            "kiennghi-office",
            "kiennghi-review",
            "kiennghi-ui",
        ],
    ),
    (
        "pwa/consolidation/Cargo.toml",
        &[
            "kiennghi-server",
            "kiennghi-core",
            "kiennghi-desk",
            "kiennghi-letters",
            "kiennghi-office",
            "kiennghi-review",
            "kiennghi-ui",
        ],
    ),
    (
        "pwa/letters/Cargo.toml",
        &[
            "kiennghi-server",
            "kiennghi-core",
            "kiennghi-consolidation",
            "kiennghi-desk",
            "kiennghi-office",
            "kiennghi-review",
            "kiennghi-ui",
        ],
    ),
    (
        "pwa/review/Cargo.toml",
        &[
            "kiennghi-server",
            "kiennghi-core",
            "kiennghi-consolidation",
            "kiennghi-desk",
            "kiennghi-letters",
            "kiennghi-office",
            "kiennghi-ui",
        ],
    ),
    (
        "pwa/frame/Cargo.toml",
        &[
            "kiennghi-server",
            "kiennghi-core",
            "kiennghi-consolidation",
            "kiennghi-desk",
            "kiennghi-letters",
            "kiennghi-review",
        ],
    ),
    (
        "pwa/parts/Cargo.toml",
        &["kiennghi-server", "kiennghi-core", "kiennghi-messages"],
    ),
    (
        "pwa/page/Cargo.toml",
        &["kiennghi-server", "kiennghi-shared", "leptos"],
    ),
    (
        "pwa/messages/Cargo.toml",
        &["kiennghi-server", "leptos", "automerge"],
    ),
    (
        "server/Cargo.toml",
        &["kiennghi-tests", "kiennghi-core", "kiennghi-ui", "leptos"],
    ),
    (
        "tests/disk/Cargo.toml",
        &["kiennghi-server", "kiennghi-shared"],
    ),
];

#[test]
fn crates_depend_on_nothing_beyond_their_border() {
    let manifests = sources("", &["Cargo.toml"]);
    let mut complaints = Vec::new();
    for (path, forbidden) in DEPENDENCIES {
        let manifest = manifests.iter().find(|manifest| manifest.path == *path);
        let manifest = manifest.unwrap_or_else(|| panic!("{path} is gone: change this list"));
        for line in manifest.text.lines() {
            let name = line.split(['.', '=', ' ']).next().unwrap_or_default();
            if forbidden.contains(&name) {
                complaints.push(format!("{path}: {name}"));
            }
        }
    }
    complain("dependencies", &complaints);
}
