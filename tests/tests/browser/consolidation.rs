//! The committee's desk: petitions are put into cases by keyboard, moved to another case and taken out again, with
//! and without the server.

use kiennghi_tests::harness::{Mode, Proxy, Server};
use serde_json::Value;
use thirtyfour::Key;

use super::axe::examine;
use super::chrome::{DESK, Device};
use super::sign_in::come_in;

const WHO: &str = "thuong-truc-huyen";
/// Quảng Lâm, which has petitions enough.
const UNIT: &str = "QN-DH-02";

/// A committee's desk, signed in, with a network between it and the server that can fail.
struct Committee {
    server: Server,
    proxy: Proxy,
    url: String,
    desk: Device,
}

impl Committee {
    async fn new() -> Self {
        let server = Server::start();
        let proxy = Proxy::start(server.address()).await;
        let url = proxy.url().replace("127.0.0.1", "localhost");
        let desk = Device::new(DESK).await;
        come_in(&desk, &server, WHO).await;
        Self {
            server,
            proxy,
            url,
            desk,
        }
    }

    /// The server is away.
    fn cut_off(&mut self) {
        self.server.stop();
        self.proxy.set(Mode::Refuse);
    }

    /// It is back.
    fn join_again(&mut self) {
        self.server.restart();
        self.proxy.set_back(self.server.address());
        self.proxy.set(Mode::Pass);
    }

    async fn open(&self, path: &str) {
        self.desk.go(&format!("{}{path}", self.url)).await;
    }

    /// Opens the inbox and waits for its petitions.
    async fn inbox(&self) {
        self.open(&format!("/consolidation?unit={UNIT}")).await;
        self.desk.find("[data-test=petition-row]").await;
    }

    /// The id of the petition in this row, from 1.
    async fn petition(&self, row: usize) -> String {
        let script = format!(
            "return document.querySelectorAll('[data-test=petition-row]')[{}].dataset.id",
            row - 1
        );
        let id = self.desk.ask(&script).await;
        id.as_str().expect("an id").to_owned()
    }

    /// The case that is shown.
    async fn case(&self) -> String {
        let mut path = String::new();
        self.desk
            .until("a case", async |d| {
                path = d.path().await;
                path.starts_with("/desk/cases/") && path.matches('/').count() == 3
            })
            .await;
        path.rsplit('/').next().expect("an id").to_owned()
    }

    /// The case that carries a petition at the server, once one does.
    async fn case_of(&self, petition: &str) -> String {
        let script = format!(
            "const list = await (await fetch('/api/v1/petitions?id={petition}')).json();\
             return list.petitions[0].case"
        );
        let mut case = Value::Null;
        self.desk
            .until("its case", async |d| {
                case = d.ask(&script).await;
                case.as_str()
                    .is_some_and(|case| !case.starts_with("failed"))
            })
            .await;
        case.as_str().expect("an id").to_owned()
    }

    /// The petitions of a case, as the server has them, in order of their ids.
    async fn at_server(&self, case: &str) -> Vec<String> {
        let script = format!(
            "const file = await (await fetch('/api/v1/cases/{case}')).json();\
             return (file.voices ?? []).map(voice => voice.id).sort()"
        );
        let Value::Array(ids) = self.desk.ask(&script).await else {
            return Vec::new();
        };
        ids.iter()
            .map(|id| id.as_str().expect("an id").to_owned())
            .collect()
    }

    /// Waits until the server has these petitions in a case.
    async fn carried(&self, case: &str, petitions: &[&String]) {
        let mut wanted: Vec<String> = petitions.iter().map(|id| (*id).clone()).collect();
        wanted.sort();
        self.desk
            .until("the petitions at the server", async |_| {
                self.at_server(case).await == wanted
            })
            .await;
    }

    /// Makes a case of what is chosen, from the inbox, without the mouse.
    async fn consolidate(&self, wording: &str) {
        self.desk.press("g").await;
        self.desk.tab_to("[name=wording]").await;
        self.desk.press(Key::Control + "a").await;
        self.desk.press(wording).await;
        self.desk.tab_to("[data-test=submit]").await;
        self.desk.press(Key::Enter + "").await;
    }
}

fn voice(id: &str, what: &str) -> String {
    format!("[data-test=voice][data-id='{id}'] [data-test={what}]")
}

#[tokio::test(flavor = "multi_thread")]
async fn petitions_are_consolidated_by_keyboard_moved_and_taken_out() {
    let mut committee = Committee::new().await;
    committee.inbox().await;
    let (first, second, third) = (
        committee.petition(1).await,
        committee.petition(2).await,
        committee.petition(3).await,
    );
    let desk = &mut committee.desk;
    desk.press("j").await;
    desk.press("x").await;
    desk.press(Key::Down + "").await;
    desk.press("x").await;
    desk.press(Key::Enter + "").await;
    desk.find(&format!("[data-test=beside][data-id='{second}']"))
        .await;
    // Keys mean letters where somebody writes.
    desk.write("[name=text]", "xgv").await;
    assert_eq!(desk.path().await, "/consolidation");
    assert!(desk.text("[data-test=picked]").await.contains("2"));
    desk.clear("[name=text]").await;
    desk.find(&format!("[data-test=petition-row][data-id='{third}']"))
        .await;
    examine(desk, "desk-inbox").await;
    desk.show_as(DESK).await;
    desk.tab_to(&format!("[id='row-{first}']")).await;
    desk.press("g").await;
    desk.find("[name=wording]").await;
    examine(desk, "desk-new-case").await;
    desk.show_as(DESK).await;
    desk.click("[data-test=back]").await;
    desk.find("[data-test=picked]").await;

    committee
        .consolidate("Đường và ngầm tràn ở Quảng Lâm")
        .await;
    let case = committee.case().await;
    committee.desk.find("[data-test=said]").await;
    committee.carried(&case, &[&first, &second]).await;
    committee
        .desk
        .until("both voices", async |d| {
            d.count("[data-test=voice]").await == 2
        })
        .await;
    examine(&mut committee.desk, "desk-case").await;
    committee.desk.show_as(DESK).await;

    // Another case, to which one of them is moved.
    committee.inbox().await;
    committee
        .desk
        .until("the first two are not waiting", async |_| {
            committee.petition(1).await == third
        })
        .await;
    committee.desk.press("j").await;
    committee.consolidate("Sóng điện thoại ở Quảng Lâm").await;
    let other = committee.case().await;
    committee.carried(&other, &[&third]).await;
    committee.open(&format!("/desk/cases/{case}")).await;
    let desk = &mut committee.desk;
    desk.click(&voice(&second, "move")).await;
    desk.find("[data-test=case-choice]").await;
    examine(desk, "desk-move").await;
    desk.show_as(DESK).await;
    desk.write("[name=text]", "song dien thoai").await;
    desk.click(&format!(
        "[data-test=case-choice][data-id='{other}'] [data-test=choose]"
    ))
    .await;
    assert_eq!(committee.case().await, other);
    committee.carried(&other, &[&second, &third]).await;
    committee.carried(&case, &[&first]).await;

    // One is taken out again, which is asked about.
    committee.open(&format!("/desk/cases/{other}")).await;
    committee.desk.click(&voice(&third, "take-out")).await;
    committee.desk.picture("desk-take-out").await;
    committee.desk.click(&voice(&third, "yes")).await;
    committee.carried(&other, &[&second]).await;
    committee.desk.reload().await;
    committee
        .desk
        .until("one voice", async |d| {
            d.count("[data-test=voice]").await == 1
        })
        .await;
    committee.inbox().await;
    assert_eq!(committee.petition(1).await, third, "it waits again");

    // What says the same is beside what is looked at, with what both say.
    committee.open("/consolidation").await;
    let desk = &mut committee.desk;
    desk.find("[data-test=petition-row]").await;
    let alike = "for (const row of document.querySelectorAll('[data-test=petition-row]')) {\
                   const path = `/api/v1/petitions/${row.dataset.id}/similar`;\
                   const list = await (await fetch(path)).json();\
                   if (list.petitions.some(other => !other.row.case)) return row.dataset.id;\
                 } return null;";
    let alike = desk.ask(alike).await;
    let alike = alike.as_str().expect("two that say the same");
    desk.click(&format!("[id='row-{alike}']")).await;
    desk.find("[data-test=similar-row]").await;
    examine(desk, "desk-similar").await;
    desk.show_as(DESK).await;
    desk.click("[data-test=similar-row] input").await;
    desk.until("it is chosen", async |d| {
        d.text("[data-test=picked]").await.contains('1')
    })
    .await;
    desk.click("[data-test=pick-none]").await;

    // Both are on the lists.
    committee.open("/desk").await;
    let desk = &mut committee.desk;
    desk.find("[data-test=waiting-petitions]").await;
    examine(desk, "desk-home").await;
    desk.show_as(DESK).await;
    desk.click("[data-test=need][data-name=dispatch]").await;
    desk.until("two cases", async |d| {
        d.count("[data-test=case-row]").await == 2
    })
    .await;
    examine(desk, "desk-cases").await;
    desk.show_as(DESK).await;

    // The last petition taken out puts the case away, which is said first.
    committee.open(&format!("/desk/cases/{other}")).await;
    let desk = &mut committee.desk;
    desk.click(&voice(&second, "take-out")).await;
    let question = format!("[data-test=voice][data-id='{second}'] .notice");
    let asked = desk.text(&question).await;
    assert!(
        asked.contains("Bỏ tổng hợp") && asked.contains("rời khỏi việc cần làm"),
        "{asked}"
    );
    examine(desk, "desk-put-away").await;
    desk.show_as(DESK).await;
    desk.click(&voice(&second, "yes")).await;
    committee.carried(&other, &[]).await;
    committee.open("/desk/cases?need=dispatch").await;
    committee
        .desk
        .until("the other case alone", async |d| {
            d.count("[data-test=case-row]").await == 1
        })
        .await;
    committee.open("/consolidation?text=xqzwk").await;
    let nothing = committee.desk.find("[data-test=nothing]").await;
    assert!(
        nothing
            .text()
            .await
            .expect("words")
            .contains("Không có kiến nghị")
    );
    assert_eq!(committee.desk.text("[data-test=total]").await, "");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_is_put_right_and_says_what_it_repeats() {
    let mut committee = Committee::new().await;
    let mut cases = Vec::new();
    for wording in ["Điện yếu ở Siềng Lống", "Điện vẫn yếu ở Siềng Lống"] {
        committee.inbox().await;
        committee.desk.press("j").await;
        committee.consolidate(wording).await;
        cases.push(committee.case().await);
        committee.desk.find("[data-test=voice]").await;
    }
    let desk = &mut committee.desk;
    desk.click("[data-test=edit]").await;
    desk.find("[name=wording]").await;
    examine(desk, "desk-edit").await;
    desk.show_as(DESK).await;
    desk.write("[name=wording]", ", từ năm 2024").await;
    desk.ask(
        "const due = document.querySelector('[name=due]'); due.value = '2020-01-02';\
              due.dispatchEvent(new Event('input', { bubbles: true })); return true;",
    )
    .await;
    desk.click("[data-test=submit]").await;
    desk.until("the new wording", async |d| {
        d.text("p[data-field=wording]").await == "Điện vẫn yếu ở Siềng Lống, từ năm 2024"
    })
    .await;
    desk.click("[data-test=set-earlier]").await;
    desk.click(&format!(
        "[data-test=case-choice][data-id='{}'] [data-test=choose]",
        cases[0]
    ))
    .await;
    desk.click("[data-test=earlier] a").await;
    desk.until("the earlier case", async |d| {
        d.path().await == format!("/desk/cases/{}", cases[0])
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_written_without_the_server_is_kept_and_sent() {
    let mut committee = Committee::new().await;
    committee.inbox().await;
    let (first, second) = (committee.petition(1).await, committee.petition(2).await);
    committee.cut_off();
    committee.desk.press("j").await;
    committee.consolidate("Ghi khi mất mạng").await;
    let desk = &mut committee.desk;
    // The case's file is another app's, which opens with a network alone.
    desk.until("what was done", async |d| {
        d.path().await == "/consolidation" && d.count("[data-test=said]").await == 1
    })
    .await;
    let said = desk.text("[data-test=said]").await;
    assert!(said.contains("Chưa có mạng"), "{said}");
    desk.until("two documents that wait", async |d| {
        d.text("[data-test=sync-state]").await.contains("2 bản ghi")
    })
    .await;
    desk.find("[data-test=again]").await;
    examine(desk, "desk-unsent").await;
    desk.show_as(DESK).await;
    desk.picture("desk-inbox-offline").await;

    committee.join_again();
    committee.desk.click("[data-test=sync-now]").await;
    let case = committee.case_of(&first).await;
    committee.carried(&case, &[&first]).await;
    committee
        .desk
        .until("nothing to wait", async |d| {
            d.count("[data-test=sync-strip]").await == 0
        })
        .await;

    // A case is looked for while the server is away, and found when it is back.
    committee.inbox().await;
    assert_eq!(committee.petition(1).await, second);
    committee.cut_off();
    committee.desk.press("j").await;
    committee.desk.press("v").await;
    committee.desk.find("[data-test=picked-row]").await;
    committee.desk.picture("desk-into-case-offline").await;
    committee.join_again();
    committee.desk.click("[data-test=again]").await;
    committee
        .desk
        .click(&format!(
            "[data-test=case-choice][data-id='{case}'] [data-test=choose]"
        ))
        .await;
    assert_eq!(committee.case().await, case);
    committee.carried(&case, &[&first, &second]).await;
    committee.desk.reload().await;
    committee
        .desk
        .until("both voices", async |d| {
            d.count("[data-test=voice]").await == 2
        })
        .await;
}
