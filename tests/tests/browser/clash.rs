//! Two people put the same petitions into two cases at once: both files say so, and what one of them chooses is not
//! passed over by what the other chose without knowing.

use kiennghi_shared::id::UnitCode;
use kiennghi_shared::papers::consolidation_of;
use kiennghi_shared::record::Edit;
use kiennghi_shared::schema::Kind;
use kiennghi_shared::wire::DocumentHeader;
use kiennghi_tests::harness::Server;
use kiennghi_tests::phone::Phone;

use super::authorities::at_the_office;
use super::case_desks::{Desk, Net};

const INBOX: &str = "/consolidation?unit=QN-DH-02";

/// Two petitions of Quảng Lâm that no case carries.
async fn waiting(server: &Server) -> [String; 2] {
    let path = "/api/v1/petitions?waiting=true&unit=QN-DH-02";
    let list = at_the_office(server, path).await;
    [0, 1].map(|place| {
        let id = list["petitions"][place]["id"].as_str();
        id.expect("an id").to_owned()
    })
}

/// Where the server has a petition.
async fn stands_in(server: &Server, petition: &str) -> String {
    let list = at_the_office(server, &format!("/api/v1/petitions?id={petition}")).await;
    let case = list["petitions"][0]["case"].as_str();
    case.unwrap_or_default().to_owned()
}

/// Says on a phone which case carries a petition.
fn choose(phone: &mut Phone, petition: &str, case: &str) {
    let header = DocumentHeader {
        id: consolidation_of(petition.parse().expect("an id")),
        kind: Kind::Consolidation,
        unit: UnitCode::from("QN-DH-02"),
    };
    let edits = [Edit::new("petition", petition), Edit::new("case", case)];
    let written = phone.write(&header, &edits).expect("written");
    assert!(written.is_some(), "it says something new");
}

/// A petition in a case's file, whether it stands there or elsewhere.
fn voice(petition: &str) -> String {
    format!(".voices [data-id='{petition}']")
}

fn clash(petition: &str) -> String {
    format!("{} [data-test=clash]", voice(petition))
}

fn choose_here(petition: &str) -> String {
    format!("{} [data-test=choose-here]", voice(petition))
}

impl Desk {
    /// Goes to the form of a new case with these petitions.
    async fn begin(&self, petitions: &[String], wording: &str) {
        self.open(INBOX).await;
        for petition in petitions {
            self.device.click(&format!("[id='pick-{petition}']")).await;
        }
        self.device.press("g").await;
        self.device.clear("[name=wording]").await;
        self.device.write("[name=wording]", wording).await;
    }

    /// Makes the case, and has its file before it.
    async fn make(&self) -> String {
        self.device.click("[data-test=submit]").await;
        let is_case = |path: &str| path.starts_with("/desk/cases/");
        let case = self.is_at("the new case", is_case).await;
        self.device
            .until("nothing to wait", async |d| {
                d.count("[data-test=sync-strip]").await == 0
                    && d.count("[data-test=case-unsent]").await == 0
            })
            .await;
        case
    }

    /// Waits until the file that is shown says of as many petitions that people disagree.
    async fn clashes(&self, count: usize) {
        self.device
            .until(&format!("{count} clashes"), async |d| {
                d.count("[data-test=clash]").await == count
            })
            .await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_cases_for_one_petition_are_told_in_both_and_a_person_chooses() {
    let mut net = Net::new().await;
    let petitions = waiting(&net.server).await;
    let [first, second] = &petitions;
    let mut committee = Desk::of(&net, "thuong-truc-huyen").await;
    let mut front = Desk::of(&net, "mat-tran-huyen").await;
    committee.begin(&petitions, "Đường vào hai thôn").await;
    front.begin(&petitions, "Đường liên thôn").await;
    let theirs = committee.make().await;
    let others = front.make().await;
    assert_ne!(theirs, others);
    for desk in [&committee, &front] {
        desk.clashes(2).await;
        let said = desk.device.text(&clash(first)).await;
        assert!(said.contains("Có ý kiến khác nhau"), "{said}");
    }
    for (desk, name) in [
        (&mut committee, "desk-clash"),
        (&mut front, "desk-clash-other"),
    ] {
        let show = "document.querySelector('[data-test=clash]').scrollIntoView(); return true";
        desk.device.ask(show).await;
        desk.examine(name).await;
    }

    let mut phone = net.server.phone("thuong-truc-huyen").await;
    phone.sync().await.expect("syncs");

    // One of them chooses.
    front.device.click(&choose_here(first)).await;
    for desk in [&committee, &front] {
        desk.clashes(1).await;
    }
    assert_eq!(stands_in(&net.server, first).await, others);
    assert_eq!(committee.device.count(&voice(first)).await, 0);

    // Somebody chose the other one meanwhile, on a phone without a network: nobody's choice counts for more.
    choose(&mut phone, first, &theirs);
    phone.sync().await.expect("syncs");
    for desk in [&committee, &front] {
        desk.clashes(2).await;
    }
    committee.device.click(&choose_here(first)).await;
    for desk in [&committee, &front] {
        desk.clashes(1).await;
    }
    assert_eq!(stands_in(&net.server, first).await, theirs);

    // Without the server, whoever has what both wrote may choose, as those who wrote it have; whoever has not is told why they
    // cannot.
    let reader = Desk::of(&net, "thuong-truc-quang-lam").await;
    reader.open(&format!("/desk/cases/{theirs}")).await;
    reader.clashes(1).await;
    net.cut_off();
    committee.device.click(&choose_here(second)).await;
    committee.clashes(0).await;
    committee.device.picture("desk-clash-unsent").await;
    reader.device.click(&choose_here(second)).await;
    reader.device.find("[data-test=failure]").await;
    reader.clashes(1).await;
    net.join_again();
    committee.send_waiting().await;
    for desk in [&committee, &front] {
        desk.clashes(0).await;
    }
    assert_eq!(stands_in(&net.server, second).await, theirs);
    assert_eq!(front.device.count(&voice(second)).await, 0);
}
