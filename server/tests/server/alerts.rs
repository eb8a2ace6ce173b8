//! Alerts: who is told what, once, by way of a push service; and which addresses are called at all.

mod at_a_desk;

use axum::http::Method;
use kiennghi_server::store::{ALERTED_DEVICES_MAX, DistrictChange};
use kiennghi_shared::calendar::Holiday;
use kiennghi_shared::deadline::DeadlineChange;
use kiennghi_shared::id::{DocumentId, UserName};
use kiennghi_shared::schema::Kind;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::district::{AGENCY, NOW, stamp};
use crate::http::{Device, Server, request};
use crate::office::Office;
use crate::push_service::{Browser, PushService, claims};

/// From `NOW`, Sunday 15 June 2025 at 22:06:40, to Monday at 7:00.
const TO_MONDAY_MS: i64 = 32_000_000;
const HOUR_MS: i64 = 3_600_000;
const PATH: &str = "/api/v1/alerts";

struct Bench {
    office: Office,
    push: PushService,
    browser: Browser,
}

impl Bench {
    async fn new() -> Self {
        let folder = tempfile::tempdir().expect("folder");
        let push = PushService::start(&folder.path().join("roots.pem")).await;
        let settings = format!(
            "alert_services = ['localhost']\nalert_private = true\nalert_retry_seconds = 0\n\
             alert_contact = 'mailto:it@example.vn'\nalert_roots = '{}'\n",
            folder.path().join("roots.pem").display()
        );
        std::fs::write(folder.path().join("kiennghi.toml"), settings).expect("a file");
        Self {
            office: office(folder),
            push,
            browser: Browser::new(),
        }
    }

    /// The same after a restart.
    fn restarted(self) -> Self {
        let Office { server } = self.office;
        let at = server.clock_ms();
        let folder = server.shut();
        let office = office(folder);
        office.server.clock.advance(at - NOW);
        Self { office, ..self }
    }

    async fn put(&self, device: &Device, body: &Value) -> u16 {
        let body = body.to_string().into_bytes();
        let asked = request(Method::PUT, PATH, &device.token, body);
        self.office.server.call(asked).await.status.as_u16()
    }

    /// Switches alerts on, at an address of its own.
    async fn switch_on(&self, device: &Device, name: &str) {
        let endpoint = format!("{}/{name}", self.push.origin);
        let body = self.browser.subscription(&endpoint);
        assert_eq!(self.put(device, &body).await, 204);
    }

    async fn is_on(&self, device: &Device) -> bool {
        let state = self.office.get(device, PATH).await;
        state["is_on"].as_bool().expect("yes or no")
    }

    /// What is sent after so long: addresses and lines.
    async fn after(&self, ms: i64) -> Vec<(String, Value)> {
        self.office.server.clock.advance(ms);
        self.office.server.app.send_alerts().await;
        let sent = self.push.take().into_iter();
        let read = sent.map(|sent| (sent.path.clone(), self.browser.read(&sent)));
        let mut read: Vec<_> = read.collect();
        read.sort_by(|one, other| one.0.cmp(&other.0));
        read
    }

    /// A case that was sent to the executive and is due on this day.
    fn case_due(&self, due: &str) -> DocumentId {
        let case = self
            .office
            .write("committee", Kind::Case, "P-D", &[("wording", "Cầu tràn")]);
        self.office.write(
            "committee",
            Kind::Dispatch,
            "P-D",
            &letter(&case.to_string(), due),
        );
        case
    }
}

fn office(folder: TempDir) -> Office {
    Office {
        server: Server::on(folder),
    }
}

fn letter<'a>(case: &'a str, due: &'a str) -> [(&'a str, &'a str); 6] {
    [
        ("dispatch_kind", "transfer"),
        ("to_unit", "P-D"),
        ("to_role", "executive"),
        ("cases", case),
        ("sent", "2025-06-02"),
        ("due", due),
    ]
}

fn line(topic: &str, words: &str, path: &str) -> Value {
    json!({ "topic": topic, "words": words, "path": path })
}

#[tokio::test]
async fn a_morning_line_is_sent_once_a_working_day_also_over_a_restart() {
    let bench = Bench::new().await;
    let committee = bench.office.server.device("committee");
    for due in ["2025-06-13", "2025-06-15", "2025-06-18", "2025-06-30"] {
        bench.case_due(due);
    }
    assert!(!bench.is_on(&committee).await);
    bench.switch_on(&committee, "one").await;
    assert!(bench.is_on(&committee).await);
    assert_eq!(bench.after(0).await, [], "on Sunday");
    assert_eq!(bench.after(TO_MONDAY_MS - 1).await, [], "before seven");

    bench.office.server.clock.advance(1);
    bench.office.server.app.send_alerts().await;
    let sent = bench.push.take();
    assert_eq!(sent.len(), 1);
    let words = "2 vụ việc quá hạn, 1 sắp đến hạn";
    assert_eq!(bench.browser.read(&sent[0]), line("daily", words, "/"));
    assert_eq!(sent[0].headers["topic"], "daily");
    let key = bench.office.get(&committee, PATH).await["key"].clone();
    let claims = claims(&sent[0], key.as_str().expect("a key"));
    assert_eq!(claims["aud"], bench.push.origin);
    assert_eq!(claims["sub"], "mailto:it@example.vn");
    let expires = claims["exp"].as_i64().expect("a time") * 1000 - NOW - TO_MONDAY_MS;
    assert!((0..=24 * HOUR_MS).contains(&expires), "{expires}");

    assert_eq!(bench.after(HOUR_MS).await, [], "told");
    let bench = bench.restarted();
    assert_eq!(bench.after(HOUR_MS).await, [], "told before the restart");
    let key_after = bench.office.get(&committee, PATH).await["key"].clone();
    assert_eq!(key, key_after, "browsers are subscribed with it");

    let off = Holiday {
        day: "2025-06-17".to_owned(),
        name: "Ngày nghỉ".to_owned(),
        is_worked: false,
    };
    let off = DistrictChange::Deadlines(DeadlineChange::PutHoliday(off));
    let store = &bench.office.server.bench.store;
    store
        .change_district(vec![off], &stamp(NOW))
        .expect("store")
        .expect("allowed");
    assert_eq!(bench.after(22 * HOUR_MS).await, [], "a day off");
    let words = "2 vụ việc quá hạn, 1 sắp đến hạn";
    let wednesday = bench.after(24 * HOUR_MS).await;
    assert_eq!(wednesday, [("/one".to_owned(), line("daily", words, "/"))]);
    assert_eq!(bench.after(HOUR_MS).await, [], "told");
    assert_eq!(
        bench.after(30 * HOUR_MS).await,
        [],
        "no line in the afternoon"
    );
}

#[tokio::test]
async fn a_delegate_is_told_of_results_that_voters_wait_for() {
    let bench = Bench::new().await;
    let office = &bench.office;
    let [a, b] = ["a-1", "b-1"].map(|user| office.server.device(user));
    bench.switch_on(&a, "a").await;
    bench.switch_on(&b, "b").await;
    let voice = [("content", "Cầu tràn hư hỏng"), ("village", "Thôn 1")];
    let voice = office.write("a-1", Kind::Petition, "P-D-A", &voice);
    let case = bench.case_due("2025-06-30");
    office.consolidate(voice, "P-D-A", Some(case));
    let case = case.to_string();
    let answer = [
        ("case", case.as_str()),
        ("outcome", "resolved"),
        ("content", "Đã sửa xong."),
        ("date", "2025-06-12"),
    ];
    let answer = office
        .write("executive", Kind::Answer, "P-D", &answer)
        .to_string();
    let words = "1 kết quả chờ thông tin tới cử tri";
    let monday = bench.after(TO_MONDAY_MS).await;
    assert_eq!(
        monday,
        [("/a".to_owned(), line("daily", words, "/results"))]
    );
    let told = [
        ("case", case.as_str()),
        ("answer", &answer),
        ("village", "Thôn 1"),
        ("date", "2025-06-16"),
        ("how", "meeting"),
        ("reaction", "agreed"),
    ];
    office.write("a-1", Kind::Notice, "P-D-A", &told);
    assert_eq!(bench.after(24 * HOUR_MS).await, []);
}

#[tokio::test]
async fn news_is_gathered_and_told_once_to_whoever_is_to_act() {
    let bench = Bench::new().await;
    let office = &bench.office;
    bench.case_due("2025-07-30");
    let users = ["executive", "agency", "committee", "a-1"];
    let devices = users.map(|user| office.server.device(user));
    for (user, device) in users.iter().zip(&devices) {
        bench.switch_on(device, user).await;
    }
    assert_eq!(bench.after(1).await, [], "what came before is no news");

    let case = office.write("committee", Kind::Case, "P-D", &[("wording", "Cầu tràn")]);
    let (case, due) = (case.to_string(), "2025-07-30");
    let draft: Vec<_> = letter(&case, due)
        .into_iter()
        .filter(|field| field.0 != "sent")
        .collect();
    let mut draft = office.draft("committee", Kind::Dispatch, "P-D", &draft);
    office.push("committee", &mut draft);
    assert_eq!(bench.after(1_000).await, [], "not sent yet");
    draft.set(&office.phone("committee"), "sent", "2025-06-15");
    office.push("committee", &mut draft);
    let to_executive = |words| vec![("/executive".to_owned(), line("news", words, "/"))];
    assert_eq!(bench.after(1_000).await, to_executive("1 văn bản mới đến"));
    draft.set(
        &office.phone("committee"),
        "subject",
        "Kiến nghị của cử tri",
    );
    office.push("committee", &mut draft);
    for _ in 0..2 {
        office.write("committee", Kind::Dispatch, "P-D", &letter(&case, due));
    }
    assert_eq!(bench.after(14 * 60_000).await, [], "gathered");
    let bench = bench.restarted();
    assert_eq!(bench.after(60_000).await, to_executive("2 văn bản mới đến"));

    let office = &bench.office;
    let assignment = [
        ("case", case.as_str()),
        ("part", "lead"),
        ("date", "2025-06-15"),
    ];
    office.write("executive", Kind::Assignment, AGENCY, &assignment);
    let words = "1 vụ việc mới được phân công";
    let told = bench.after(60_000).await;
    assert_eq!(told, [("/agency".to_owned(), line("news", words, "/"))]);
    assert_eq!(bench.after(HOUR_MS).await, []);
    // What a commune's committee sends its own executive is the district's desks' affair in no way.
    let own = office.write(
        "commune-committee",
        Kind::Case,
        "P-D-A",
        &[("wording", "Cầu")],
    );
    office.letter("commune-committee", "P-D-A", own, "2025-06-15");
    assert_eq!(bench.after(HOUR_MS).await, []);
}

#[tokio::test]
async fn an_address_that_is_gone_is_forgotten_and_one_that_fails_is_asked_again() {
    let bench = Bench::new().await;
    bench.case_due("2025-06-13");
    let committee = bench.office.server.device("committee");
    bench.switch_on(&committee, "one").await;
    bench
        .push
        .answer(&[(503, None), (429, Some(("retry-after", "0".to_owned())))]);
    assert_eq!(bench.after(TO_MONDAY_MS).await.len(), 3, "twice in vain");
    bench.push.answer(&[
        (500, None),
        (500, None),
        (500, None),
        (500, None),
        (500, None),
    ]);
    assert_eq!(bench.after(24 * HOUR_MS).await.len(), 4, "and then no more");
    bench.push.answer(&[]);
    assert!(bench.is_on(&committee).await);
    // One 500 is left over.
    assert_eq!(bench.after(24 * HOUR_MS).await.len(), 2);

    let elsewhere = PushService::start(&bench.office.server.folder.path().join("other.pem")).await;
    let redirect = Some(("location", format!("{}/one", elsewhere.origin)));
    bench.push.answer(&[(307, redirect)]);
    assert_eq!(bench.after(24 * HOUR_MS).await.len(), 1, "not asked again");
    assert_eq!(elsewhere.take().len(), 0, "not followed");
    assert!(bench.is_on(&committee).await);

    bench.push.answer(&[(410, None)]);
    assert_eq!(bench.after(24 * HOUR_MS).await.len(), 1);
    assert!(!bench.is_on(&committee).await);
    bench.switch_on(&committee, "two").await;
    bench.push.answer(&[(404, None)]);
    assert_eq!(bench.after(3 * 24 * HOUR_MS).await.len(), 1);
    assert!(!bench.is_on(&committee).await);
}

#[tokio::test]
async fn no_address_but_a_push_services_is_taken() {
    let server = Server::new();
    let device = server.device("committee");
    let browser = Browser::new();
    let put = async |body: &Value| {
        let asked = request(
            Method::PUT,
            PATH,
            &device.token,
            body.to_string().into_bytes(),
        );
        server.call(asked).await
    };
    let good = browser.subscription("https://fcm.googleapis.com/fcm/send/abc");
    assert_eq!(put(&good).await.status, 204);
    for endpoint in [
        "http://fcm.googleapis.com/fcm/send/abc",
        "https://localhost/abc",
        "https://127.0.0.1/abc",
        "https://10.0.0.1/abc",
        "https://[::1]/abc",
        "https://example.vn/abc",
        "https://fcm.googleapis.com:8443/abc",
        "https://fcm.googleapis.com@example.vn/abc",
        "file:///etc/passwd",
        "",
    ] {
        let answer = put(&browser.subscription(endpoint)).await;
        assert_eq!(answer.refusal(), (422, "invalid".to_owned()), "{endpoint}");
    }
    for (field, value) in [("p256dh", "AAAA"), ("auth", "AAAA"), ("auth", "%")] {
        let mut body = good.clone();
        body[field] = json!(value);
        assert_eq!(put(&body).await.refusal().0, 422, "{field}");
    }
    assert_eq!(put(&json!({})).await.refusal().0, 400);
    let kept = server.get(PATH, &device.token).await.json();
    assert_eq!(kept["is_on"], true, "what was refused changed nothing");
    let asked = request(Method::DELETE, PATH, &device.token, Vec::new());
    assert_eq!(server.call(asked).await.status, 204);
    assert_eq!(server.get(PATH, &device.token).await.json()["is_on"], false);
    assert_eq!(server.get(PATH, "").await.status, 401);

    let none = Server::set("alert_services = []");
    let device = none.device("committee");
    assert_eq!(none.get(PATH, &device.token).await.json()["key"], "");
    let asked = request(
        Method::PUT,
        PATH,
        &device.token,
        good.to_string().into_bytes(),
    );
    assert_eq!(none.call(asked).await.status, 422);
}

#[tokio::test]
async fn who_may_sign_in_no_more_is_sent_nothing() {
    let bench = Bench::new().await;
    bench.case_due("2025-06-13");
    let server = &bench.office.server;
    let [lost, kept] = [(); 2].map(|()| server.device("committee"));
    let executive = server.device("executive");
    for (device, name) in [(&lost, "lost"), (&kept, "kept"), (&executive, "executive")] {
        bench.switch_on(device, name).await;
    }
    server.revoke(&lost);
    let disable = |enabled| DistrictChange::EnableUser {
        name: UserName::from("executive"),
        enabled,
    };
    for enabled in [false, true] {
        let changed = server
            .bench
            .store
            .change_district(vec![disable(enabled)], &stamp(NOW));
        changed.expect("store").expect("allowed");
    }
    let monday = bench.after(TO_MONDAY_MS).await;
    let paths: Vec<&str> = monday.iter().map(|(path, _)| path.as_str()).collect();
    assert_eq!(paths, ["/kept"], "who comes back switches alerts on again");
    let endpoint = format!("{}/again", bench.push.origin);
    let body = bench.browser.subscription(&endpoint);
    assert_eq!(bench.put(&lost, &body).await, 401);
}

#[tokio::test]
async fn a_browser_is_one_persons_and_a_person_has_so_many() {
    let bench = Bench::new().await;
    bench.case_due("2025-06-13");
    let server = &bench.office.server;
    let [committee, executive] = ["committee", "executive"].map(|user| server.device(user));
    bench.switch_on(&committee, "shared").await;
    bench.switch_on(&executive, "shared").await;
    assert!(!bench.is_on(&committee).await, "whoever was there before");
    assert!(bench.is_on(&executive).await);

    let devices: Vec<Device> = (0..=ALERTED_DEVICES_MAX)
        .map(|_| server.device("committee"))
        .collect();
    for (number, device) in devices.iter().enumerate() {
        bench.switch_on(device, &number.to_string()).await;
    }
    assert!(!bench.is_on(&devices[0]).await, "the oldest gives way");
    assert!(bench.is_on(&devices[1]).await);
    assert_eq!(
        bench.after(TO_MONDAY_MS).await.len(),
        ALERTED_DEVICES_MAX + 1
    );
}
