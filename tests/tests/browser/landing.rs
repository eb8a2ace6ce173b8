//! Where each role comes to when it signs in, by a code and by password.

use kiennghi_tests::harness::Server;

use super::chrome::{DESK, Device};
use super::sign_in::{PASSWORD, at, come_in, local};

/// Each role's user, the page that it begins at, and something that stands there.
const ROLES: [(&str, &str, &str); 8] = [
    ("admin", "/admin", "a[href='/admin/users']"),
    (
        "thuong-truc-huyen",
        "/desk",
        "[data-test=waiting-petitions]",
    ),
    ("mat-tran-huyen", "/desk", "[data-test=waiting-petitions]"),
    ("ban-kinh-te-xa-hoi", "/desk", "[data-test=nothing]"),
    ("uy-ban-huyen", "/desk", "[data-test=nothing]"),
    ("phong-kinh-te-ha-tang", "/desk", "[data-test=nothing]"),
    ("lanh-dao-huyen", "/review", "[data-test=unit-row]"),
    ("quang-lam-1", "/", "[data-test=new-meeting]"),
];

#[tokio::test(flavor = "multi_thread")]
async fn each_role_begins_where_its_work_is() {
    let server = Server::start();
    let url = local(&server);
    for (user, path, mark) in ROLES {
        let desk = Device::new(DESK).await;
        come_in(&desk, &server, user).await;
        at(&desk, path).await;
        desk.find(mark).await;
        desk.picture(&format!("landing-{user}")).await;

        // By password, another day.
        desk.forget_cookies().await;
        desk.go(&format!("{url}/admin/sign-in")).await;
        desk.write("[name=user]", user).await;
        desk.write("[name=password]", PASSWORD).await;
        desk.click("[data-test=submit]").await;
        at(&desk, path).await;
        desk.find(mark).await;
    }
}
