//! Scripts that somebody writes into every field that takes text, seen on every page: none is ever run.

use kiennghi_shared::record::Edit;
use kiennghi_shared::schema::{Kind, Shape};
use kiennghi_shared::wire::DocumentHeader;
use kiennghi_tests::harness::Server;
use serde_json::{Value, json};

use super::chrome::{DESK, Device, PHONE};
use super::sign_in::{come_in, local, sign_out};

/// Words that run where text is taken for markup, for an attribute, for an address or for a template.
const CORPUS: [&str; 12] = [
    "<script>ran('script')</script>",
    "<img src=x onerror=ran('img')>",
    "<svg onload=ran('svg')><animate onbegin=ran('animate') attributeName=x dur=1s>",
    "\"><img src=x onerror=ran('attribute')>",
    "' autofocus onfocus=ran('quote') x='",
    "</textarea><script>ran('textarea')</script>",
    "</title><script>ran('title')</script>",
    "<iframe srcdoc=\"<script>parent.ran('iframe')</script>\"></iframe>",
    "javascript:ran('address')",
    "<a href=\"javascript:ran('link')\">x</a>",
    "{{constructor.constructor(\"ran('template')\")()}}",
    "<math><mtext><table><mglyph><style><img src=x onerror=ran('mutation')></style></mglyph></table></mtext></math>",
];

/// Notes what runs, and what the policy of the page had to stop.
const WATCH: &str = "globalThis.ran = what => { globalThis.found = [...(globalThis.found ?? []), what]; };\
     addEventListener('securitypolicyviolation', event => ran('stopped: ' + event.violatedDirective));\
     globalThis.alert = globalThis.confirm = globalThis.prompt = () => ran('dialog');";

/// Every field that takes free text, with one of the corpus in it.
fn poisoned(kind: Kind, nth: usize) -> Vec<Edit> {
    let word = |index: usize| CORPUS[(nth + index) % CORPUS.len()];
    let fields = kind.fields().iter().enumerate();
    let free = fields.filter_map(|(index, field)| {
        let text: String = match field.shape {
            Shape::Prose(_) => CORPUS.join(" "),
            Shape::Line(chars_max) => word(index).chars().take(chars_max).collect(),
            Shape::Lines(_) => [word(index), word(index + 1)].join("\n"),
            Shape::Date => "2025-06-12".to_owned(),
            _ => return None,
        };
        Some(Edit::new(field.key, text.as_str()))
    });
    free.filter(|edit| edit.field != "recorder").collect()
}

impl Device {
    /// Opens a page and looks whether anything ran.
    async fn inspect(&self, url: &str) {
        self.go(url).await;
        self.look(url).await;
    }

    /// Shows another page of the app that is open: loading it anew would lock it.
    async fn show(&self, path: &str) {
        let script = format!(
            "history.pushState(null, '', '{path}'); dispatchEvent(new PopStateEvent('popstate'));"
        );
        self.ask(&script).await;
        self.look(path).await;
    }

    /// Waits until the page shows something, and looks whether anything ran.
    async fn look(&self, url: &str) {
        self.until(url, async |d| {
            d.count("main h1").await == 1 && d.count("[data-test=waiting]").await == 0
        })
        .await;
        // What is drawn late, and what runs late: two frames and a turn of the loop.
        let found = self
            .ask(
                "for (let turn = 0; turn < 3; turn += 1) {\
                   await new Promise(done => requestAnimationFrame(() => setTimeout(done)));\
                 }\
                 const handlers = [...document.querySelectorAll('*')].filter(element =>\
                   [...element.attributes].some(({ name, value }) => name.startsWith('on') ||\
                     /^(href|src|action|formaction)$/.test(name) && /^\\s*javascript:/i.test(value)));\
                 const foreign = document.querySelectorAll('main script, main iframe, main math, main img');\
                 return [globalThis.found ?? [], handlers.length, foreign.length];",
            )
            .await;
        assert_eq!(found, json!([[], 0, 0]), "{url}");
    }

    async fn watch(&self) {
        let watch = json!({ "source": WATCH });
        self.cdp("Page.addScriptToEvaluateOnNewDocument", watch)
            .await;
    }
}

/// Names of people, units and sessions that try the same.
fn name_things(server: &Server) {
    let unit = |code: &str, name: &str| {
        json!({ "put_unit": {
            "code": code, "name": name, "tier": CORPUS[1], "parent": "QN-DH", "successor": null,
            "villages": CORPUS, "valid_from": "2020-01-01", "valid_to": null,
        } })
    };
    let mut changes = vec![
        unit("QN-DH-02", CORPUS[0]),
        unit("QN-DH-77", CORPUS[3]),
        json!({ "put_session": {
            "code": "ky-x", "term": term(server), "name": CORPUS[2], "kind": "regular",
            "starts": "2026-01-01", "ends": "2026-01-02",
        } }),
    ];
    for user in ["quang-lam-1", "quang-lam-2", "thuong-truc-huyen", "admin"] {
        changes.push(json!({ "rename_user": { "name": user, "display": CORPUS[1] } }));
    }
    for (index, display) in CORPUS.iter().enumerate() {
        let display: String = display.chars().take(120).collect();
        let name = format!("x-{index}");
        changes.push(json!({ "add_user": { "name": name, "display": display } }));
    }
    let file = server.data().join("changes.json");
    let deadlines = json!([
        { "put_rule": { "rule": {
            "unit": "QN-DH-02", "step": "tell", "working_days": 5, "note": CORPUS[0],
            "valid_from": "2026-01-01", "valid_to": null,
        } } },
        { "put_holiday": { "day": "2027-01-01", "name": CORPUS[1], "is_worked": true } },
    ]);
    let text = json!({ "changes": changes, "deadlines": deadlines }).to_string();
    std::fs::write(&file, text).expect("a file");
    let file = file.to_str().expect("a path");
    assert!(server.command("change", &[file]).contains("changes made"));
}

fn term(server: &Server) -> String {
    let district: Value = serde_json::from_str(&server.command("district", &[])).expect("JSON");
    district["terms"][0]["code"]
        .as_str()
        .expect("a code")
        .to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn no_stored_script_is_ever_run() {
    let server = Server::start();
    name_things(&server);
    let url = local(&server);

    let mut writer = server.phone("quang-lam-1").await;
    let unit = writer.unit();
    let mut ids = Vec::new();
    for (nth, kind) in [Kind::Meeting, Kind::Petition].into_iter().enumerate() {
        let id = kiennghi_shared::id::DocumentId::new(1_790_000_000_000, [nth as u8 + 1; 10]);
        let header = DocumentHeader {
            id,
            kind,
            unit: unit.clone(),
        };
        let mut edits = poisoned(kind, nth);
        if kind == Kind::Petition {
            edits.push(Edit::new("meeting", ids[0]));
        }
        writer.write(&header, &edits).expect("text is text");
        ids.push(id.to_string().leak() as &str);
    }
    writer.sync().await.expect("in step");
    assert!(
        writer.refused().expect("a shelf").is_empty(),
        "text is text"
    );
    let (meeting, petition) = (ids[0], ids[1]);

    // The writing shows that the watch sees what runs.
    let desk = Device::new(DESK).await;
    desk.watch().await;
    desk.go(&url).await;
    let seen = desk.ask("ran('planted'); return globalThis.found;").await;
    assert_eq!(seen, json!(["planted"]));

    let phone = Device::new(PHONE).await;
    phone.watch().await;
    phone.enrol(&url, &server.enrol("quang-lam-1")).await;
    for path in [
        "/".to_owned(),
        "/meetings/new".to_owned(),
        format!("/meetings/{meeting}"),
        format!("/meetings/{meeting}/edit"),
        format!("/meetings/{meeting}/record"),
        format!("/meetings/{meeting}/denunciations"),
        "/petitions".to_owned(),
        format!("/petitions/{petition}"),
        format!("/petitions/{petition}/edit"),
        "/refused".to_owned(),
        "/device".to_owned(),
    ] {
        phone.show(&path).await;
    }

    phone.show(&format!("/petitions/{petition}/edit")).await;
    phone.click("[data-test=person] summary").await;
    phone.write("[name=person_name]", CORPUS[1]).await;
    phone.write("[name=person_address]", CORPUS[3]).await;
    phone.write("[name=person_phone]", CORPUS[8]).await;
    phone
        .click("[name=person_basis] option[value=consent]")
        .await;
    phone.click("[data-test=save-done]").await;
    phone.find("[data-test=petitioner-state]").await;
    phone.look("the petitioner that waits").await;
    phone.find("[data-test=petitioner]").await;

    come_in(&desk, &server, "thuong-truc-huyen").await;
    for path in [
        "/office".to_owned(),
        "/office/reviews".to_owned(),
        format!("/office/petitions/{petition}"),
        "/device".to_owned(),
    ] {
        desk.inspect(&format!("{url}{path}")).await;
    }
    desk.go(&format!("{url}/office/petitions/{petition}")).await;
    desk.click("[data-test=petitioner]").await;
    desk.click("[data-test=read]").await;
    desk.find("[name=address]").await;
    desk.look("the petitioner").await;
    desk.write("[name=reason]", CORPUS[0]).await;
    desk.click("[data-test=erase]").await;
    desk.click("[data-test=yes]").await;
    desk.find("[data-test=receipt]").await;
    desk.look("the receipt").await;
    desk.go(&format!("{url}/admin")).await;
    sign_out(&desk).await;
    come_in(&desk, &server, "admin").await;
    for path in [
        "",
        "/users",
        "/users/new",
        "/users/quang-lam-1",
        "/users/x-0",
        "/devices",
        "/units",
        "/sessions",
        "/deadlines",
        "/deadlines/QN-DH-02/tell/2026-01-01",
        "/holidays",
        "/audit",
        "/account",
        "/import",
    ] {
        desk.inspect(&format!("{url}/admin{path}")).await;
    }
}
