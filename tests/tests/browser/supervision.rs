//! Supervision over a whole term: what was found not to be settled and has been open over several council sessions is
//! picked, and its answers are judged beside the form.

use kiennghi_tests::harness::{Demo, Server};
use serde_json::{Value, json};

use super::axe::examine;
use super::chrome::{DESK, Device, PHONE};
use super::sign_in::{come_in, local};

/// Over how many council sessions each case of the list has been open.
async fn sessions(desk: &Device) -> Vec<u64> {
    let script = "const cells = document.querySelectorAll('[data-test=case-row] [data-label=\"Số kỳ họp đã qua\"]');\
                  return [...cells].map(cell => Number(cell.textContent));";
    let Value::Array(found) = desk.ask(script).await else {
        return Vec::new();
    };
    found.iter().filter_map(Value::as_u64).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_settled_and_open_long_is_picked_and_judged() {
    let server = Server::start_on(Demo::of_term());
    let mut desk = Device::new(DESK).await;
    come_in(&desk, &server, "thuong-truc-huyen").await;
    let url = local(&server);
    desk.go(&format!("{url}/review/supervision?view=unsettled"))
        .await;
    desk.find("[data-test=case-row]").await;
    let all = sessions(&desk).await;
    let long = all.iter().filter(|sessions| **sessions >= 3).count();
    assert!(0 < long && long < all.len(), "{all:?}");
    let choose = "const control = document.querySelector('[name=sessions_min]'); control.value = '3';\
                  control.dispatchEvent(new Event('change', { bubbles: true })); return control.value;";
    assert_eq!(desk.ask(choose).await, json!("3"));
    desk.until("the long ones alone", async |d| {
        let found = sessions(d).await;
        found.len() == long && found.iter().all(|sessions| *sessions >= 3)
    })
    .await;
    examine(&mut desk, "supervision-unsettled").await;

    // On a phone the parts are one line, with the one that is open in sight.
    desk.show_as(PHONE).await;
    desk.reload().await;
    desk.find("[data-test=case-row]").await;
    let bar = "const [parts, here] = ['.parts', '[data-test=part-supervision]'].map(css =>\
                 document.querySelector(css).getBoundingClientRect());\
               return [parts.height < 60, here.left >= 0 && here.right <= innerWidth, here.height >= 44];";
    desk.until("the part in sight", async |d| {
        d.ask(bar).await == json!([true, true, true])
    })
    .await;
    desk.picture("supervision-phone").await;
    desk.show_as(DESK).await;

    desk.click("[data-test=case-row] input").await;
    desk.click("[data-test=new-finding]").await;
    desk.find("[data-test=judged] .words").await;
    examine(&mut desk, "supervision-finding").await;
    desk.show_as(DESK).await;

    // Whoever is to answer again is told why on the case's file.
    let executive = Device::new(DESK).await;
    come_in(&executive, &server, "uy-ban-huyen").await;
    let path = "/desk/cases?desk=executive&state=carried-over";
    executive.go(&format!("{url}{path}")).await;
    executive.click("[data-test=case-row] a").await;
    let why = executive.text("[data-test=why]").await;
    assert!(why.contains("Chuyển kỳ sau theo dõi tiếp"), "{why}");
    executive.picture("supervision-why").await;
}
