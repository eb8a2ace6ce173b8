//! Desks of several people on one network, which can go.

use kiennghi_shared::id::{DocumentId, UnitCode};
use kiennghi_shared::record::Edit;
use kiennghi_shared::schema::Kind;
use kiennghi_shared::wire::DocumentHeader;
use kiennghi_tests::harness::{Mode, Proxy, Server};
use kiennghi_tests::phone::{Phone, now_ms};
use serde_json::json;

use super::axe::examine;
use super::chrome::{DESK, Device};
use super::sign_in::come_in;

/// The server, and the network that all devices have.
pub(crate) struct Net {
    pub(crate) server: Server,
    proxy: Proxy,
    pub(crate) url: String,
}

impl Net {
    pub(crate) async fn new() -> Self {
        let server = Server::start();
        let proxy = Proxy::start(server.address()).await;
        let url = proxy.url().replace("127.0.0.1", "localhost");
        Self { server, proxy, url }
    }

    /// The network goes: what stays of open connections ends with the server.
    pub(crate) fn cut_off(&mut self) {
        self.server.stop();
        self.proxy.set(Mode::Refuse);
    }

    pub(crate) fn join_again(&mut self) {
        self.server.restart();
        self.proxy.set_back(self.server.address());
        self.proxy.set(Mode::Pass);
    }
}

/// Somebody's desk.
pub(crate) struct Desk {
    pub(crate) device: Device,
    url: String,
}

impl Desk {
    pub(crate) async fn of(net: &Net, user: &str) -> Self {
        let device = Device::new(DESK).await;
        come_in(&device, &net.server, user).await;
        let url = net.url.clone();
        Self { device, url }
    }

    pub(crate) async fn open(&self, path: &str) {
        self.device.go(&format!("{}{path}", self.url)).await;
    }

    /// Chooses in a `select`.
    pub(crate) async fn choose(&self, name: &str, code: &str) {
        self.device.find(&format!("select[name={name}]")).await;
        let script = format!(
            "const control = document.querySelector('select[name={name}]'); control.value = '{code}';\
             control.dispatchEvent(new Event('change', {{ bubbles: true }})); return control.value;"
        );
        assert_eq!(self.device.ask(&script).await, json!(code), "{name}");
    }

    /// Chooses a day, `yyyy-mm-dd`.
    pub(crate) async fn choose_day(&self, name: &str, day: &str) {
        self.device.find(&format!("[name={name}]")).await;
        let script = format!(
            "const control = document.querySelector('[name={name}]'); control.value = '{day}';\
             control.dispatchEvent(new Event('input', {{ bubbles: true }})); return control.value;"
        );
        assert_eq!(self.device.ask(&script).await, json!(day), "{name}");
    }

    pub(crate) async fn value(&self, name: &str) -> String {
        let script = format!("return document.querySelector('[name={name}]')?.value ?? ''");
        let value = self.device.ask(&script).await;
        value.as_str().expect("a text").to_owned()
    }

    pub(crate) async fn is_at(&self, what: &str, path: impl Fn(&str) -> bool) -> String {
        let mut found = String::new();
        self.device
            .until(what, async |d| {
                found = d.path().await;
                path(&found)
            })
            .await;
        found.rsplit('/').next().expect("an id").to_owned()
    }

    /// Follows a link; once more where the page was drawn anew under the click.
    pub(crate) async fn follow(&self, css: &str) {
        let before = self.device.path().await;
        self.device
            .until(&format!("the page behind {css}"), async |d| {
                if d.path().await == before && d.count(css).await > 0 {
                    d.click(css).await;
                }
                d.path().await != before
            })
            .await;
    }

    /// Opens a case from the list behind a need of the home page.
    pub(crate) async fn open_needed(&self, need: &str, case: &str) {
        self.open_counted("need", need, case).await;
    }

    /// Opens a case by what `/desk` counts: by a need, or by a state.
    pub(crate) async fn open_counted(&self, by: &str, name: &str, case: &str) {
        self.open("/desk").await;
        let list = format!("[data-test={by}][data-name={name}]");
        self.follow(&list).await;
        let row = format!("[data-test=case-row][data-id='{case}'] a");
        self.follow(&row).await;
        self.device.find("[data-test=case-state]").await;
    }

    /// Waits until the case that is shown stands so.
    pub(crate) async fn stands(&self, state: &str) {
        self.device
            .find(&format!("[data-test=case-state][data-state={state}]"))
            .await;
    }

    /// Waits for what the page says was done, which it does not say again when it is loaded anew.
    pub(crate) async fn says_once(&self, words: &str) {
        let said = self.device.find("[data-test=said]").await;
        assert_eq!(said.text().await.expect("words"), words);
        let has_focus = "return document.activeElement.id";
        self.device
            .until("the focus on it", async |d| {
                d.ask(has_focus).await == json!("said")
            })
            .await;
        self.device.reload().await;
        self.device.find("main h1").await;
        assert_eq!(self.device.count("[data-test=said]").await, 0);
    }

    pub(crate) async fn examine(&mut self, name: &str) {
        examine(&mut self.device, name).await;
        self.device.show_as(DESK).await;
    }

    /// Sends what waits, now that there is a network again.
    pub(crate) async fn send_waiting(&self) {
        self.device.click("[data-test=sync-now]").await;
        self.device
            .until("nothing to wait", async |d| {
                d.count("[data-test=sync-strip]").await == 0
            })
            .await;
    }
}

/// Has somebody write a paper and hand it in.
pub(crate) async fn write(
    phone: &mut Phone,
    kind: Kind,
    unit: &str,
    fields: &[(&str, &str)],
) -> DocumentId {
    let mut random = [0; 10];
    random[..8].copy_from_slice(&u64::from(kind.number()).to_be_bytes());
    random[8..].copy_from_slice(&(fields.len() as u16).to_be_bytes());
    let id = DocumentId::new(now_ms().unsigned_abs(), random);
    let edits: Vec<Edit> = fields
        .iter()
        .map(|(key, value)| Edit::new(key, *value))
        .collect();
    let header = DocumentHeader {
        id,
        kind,
        unit: UnitCode::from(unit),
    };
    phone.write(&header, &edits).expect("written");
    phone.sync().await.expect("syncs");
    id
}
