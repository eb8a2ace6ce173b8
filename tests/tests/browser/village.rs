//! Two delegates of one commune and the network between them: the phone is the browser, the other's is a
//! phone of the command line.

use kiennghi_shared::id::DocumentId;
use kiennghi_shared::schema::Kind;
use kiennghi_tests::harness::{Mode, Proxy, Server};
use kiennghi_tests::phone::Phone;

use super::chrome::{Device, PHONE};

/// A server behind a proxy, and two phones that are in step.
pub(crate) struct Village {
    pub(crate) server: Server,
    pub(crate) proxy: Proxy,
    /// Where the browser finds the server.
    pub(crate) url: String,
    pub(crate) phone: Device,
    pub(crate) other: Phone,
}

impl Village {
    pub(crate) async fn new() -> Self {
        let server = Server::start();
        let proxy = Proxy::start(server.address()).await;
        let url = proxy.url();
        let mut other = server.phone_by("quang-lam-2", &url).await;
        other.sync().await.expect("syncs");
        let phone = Device::new(PHONE).await;
        phone.enrol(&url, &server.enrol("quang-lam-1")).await;
        phone.ready_offline().await;
        Self {
            server,
            proxy,
            url,
            phone,
            other,
        }
    }

    /// The network goes: what stays of open connections ends with the server.
    pub(crate) fn cut_off(&mut self) {
        self.server.stop();
        self.proxy.set(Mode::Refuse);
    }

    /// The network is back.
    pub(crate) fn join_again(&mut self) {
        self.server.restart();
        self.join();
    }

    /// The network is back, and the server runs already.
    pub(crate) fn join(&self) {
        self.proxy.set_back(self.server.address());
        self.proxy.set(Mode::Pass);
    }

    /// The office revokes the browser's phone.
    pub(crate) fn revoke_phone(&self) {
        let devices = self.server.command("devices", &["--user", "quang-lam-1"]);
        let last = devices.lines().last().expect("a device");
        let number = last.split('\t').next().expect("its number");
        let _ = self.server.command("revoke", &["--device", number]);
    }

    /// Petitions of the commune that were raised at a meeting.
    pub(crate) fn petitions(&self) -> Vec<DocumentId> {
        let is_petition = |id: &DocumentId| {
            let (header, document) = self.other.document(*id).expect("it is there");
            let record = document.record(header.kind);
            header.kind == Kind::Petition && !record.text("meeting").is_empty()
        };
        let ids = self.other.ids().expect("the store reads");
        ids.into_iter().filter(is_petition).collect()
    }

    /// Adds words to a petition on the browser's phone.
    pub(crate) async fn edit(&self, petition: DocumentId, words: &str) {
        let (phone, url) = (&self.phone, &self.url);
        phone
            .reopen(&format!("{url}/petitions/{petition}/edit"))
            .await;
        phone.write("[name=content]", words).await;
        phone.click("[data-test=save-done]").await;
        phone.find("[data-test=edit]").await;
    }
}
