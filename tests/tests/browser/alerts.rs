//! Alerts in Chromium: offered and switched on by a tap alone, shown by the service worker, and opened by a tap.
//!
//! No maker's push service is asked: what the browser would be given there stands in for it, and messages are
//! delivered to the service worker by the browser's own tools.

use serde_json::{Value, json};

use super::axe::examine;
use super::chrome::{DESK, Device};
use super::sign_in::{come_in, local};
use super::village::Village;
use kiennghi_tests::harness::Server;

const STANDS: &str = "[data-test=alerts]";
const SWITCH: &str = "[data-test=switch-alerts]";

/// What a browser would be given by a push service, once permission was asked for and given.
const STAND_IN: &str = "
    let given = null;
    const subscription = {
        toJSON: () => ({ endpoint: 'https://fcm.googleapis.com/fcm/send/test', keys: {
            p256dh: 'BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4',
            auth: 'BTBZMqHH6r4Tts7J_aSIgg',
        } }),
        unsubscribe: async () => { given = null; return true; },
    };
    PushManager.prototype.getSubscription = async () => given;
    PushManager.prototype.subscribe = async (options) => {
        globalThis.subscribedWith = options;
        return given = subscription;
    };
    return true;";

impl Device {
    async fn permit(&self, url: &str, setting: &str) {
        let permission = json!({
            "origin": url,
            "permission": { "name": "notifications" },
            "setting": setting,
        });
        self.cdp("Browser.setPermission", permission).await;
    }

    async fn stands(&self, words: &str) {
        self.until(words, async |d| d.text(STANDS).await.contains(words))
            .await;
    }

    /// Keeps a picture of the offer.
    async fn picture_offer(&self, name: &str) {
        let middle = format!(
            "document.querySelector('{STANDS}').scrollIntoView({{ block: 'center' }}); return true;"
        );
        self.ask(&middle).await;
        self.picture(name).await;
    }

    /// Has a message brought to the service worker of a page, and waits for what it shows.
    async fn bring(&self, url: &str, scope: &str, message: &Value) -> Value {
        self.cdp("ServiceWorker.enable", json!({})).await;
        let shown = format!(
            "const found = await navigator.serviceWorker.getRegistration('{scope}');
             const shown = await found.getNotifications();
             return shown.map(({{ title, body, tag, data }}) => ({{ title, body, tag, data }}));"
        );
        let body = message["words"].clone();
        let mut found = json!([]);
        let brought = async |device: &Device| {
            // The browser numbers its service workers.
            for number in 0..4 {
                let delivery = json!({
                    "origin": url,
                    "registrationId": number.to_string(),
                    "data": message.to_string(),
                });
                device
                    .cdp_or_none("ServiceWorker.deliverPushMessage", delivery)
                    .await;
            }
            found = device.ask(&shown).await;
            let mut rows = found.as_array().into_iter().flatten();
            rows.any(|row| row["body"] == body)
        };
        self.until("the line to be shown", brought).await;
        found
    }
}

/// Where a tap leads: the worker's own answer to it, with these pages open.
async fn tapped(device: &Device, script: &str, path: &str, pages: &Value) -> Value {
    device
        .cdp("Page.setBypassCSP", json!({ "enabled": true }))
        .await;
    device.reload().await;
    let source = format!(
        "const log = [];
         const pages = {pages}.map((path) => ({{
             url: location.origin + path,
             postMessage: ({{ open }}) => log.push(['go', open]),
             focus: () => log.push(['focus', path]),
         }}));
         self.clients = {{ matchAll: async () => pages, openWindow: (url) => log.push(['open', url.replace(location.origin, '')]) }};
         self.registration = {{}};
         importScripts(location.origin + '{script}');
         let work;
         const tap = new Event('notificationclick');
         tap.notification = {{ data: '{path}', close: () => log.push(['close']) }};
         tap.waitUntil = (promise) => {{ work = promise; }};
         self.dispatchEvent(tap);
         work.then(() => postMessage(log));"
    );
    let script = format!(
        "const source = new Blob([{}], {{ type: 'text/javascript' }});
         const worker = new Worker(URL.createObjectURL(source));
         return await new Promise((resolve, reject) => {{
             worker.onmessage = ({{ data }}) => resolve(data);
             worker.onerror = ({{ message }}) => reject(new Error(message));
         }});",
        json!(source)
    );
    device.ask(&script).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_desk_switches_alerts_on_and_off() {
    let server = Server::start();
    let url = local(&server);
    let mut desk = Device::new(DESK).await;
    come_in(&desk, &server, "thuong-truc-huyen").await;
    let account = format!("{url}/admin/account");
    desk.permit(&url, "denied").await;
    desk.go(&account).await;
    desk.stands("đang chặn thông báo").await;
    assert_eq!(desk.count(SWITCH).await, 0);
    desk.picture_offer("offer-denied").await;

    desk.permit(&url, "granted").await;
    desk.reload().await;
    desk.stands("Đang tắt").await;
    examine(&mut desk, "admin-account-alerts").await;
    desk.picture_offer("offer-desk").await;
    let registered = "return (await navigator.serviceWorker.getRegistrations()).length;";
    assert_eq!(desk.ask(registered).await, json!(0), "before anybody asked");
    // No push service is to be had here: that is said, and nothing is on.
    desk.ask(
        "PushManager.prototype.subscribe = async () => { throw new Error('none'); }; return true;",
    )
    .await;
    desk.click(SWITCH).await;
    desk.stands("Chưa bật được").await;
    desk.ask(STAND_IN).await;
    desk.click(SWITCH).await;
    desk.stands("Đang bật").await;
    let state = "const answer = await fetch('/api/v1/alerts'); return await answer.json();";
    let state = desk.ask(state).await;
    assert_eq!(state["is_on"], true, "the server heard of it");
    let with = desk.ask("return subscribedWith;").await;
    let wanted = json!({ "userVisibleOnly": true, "applicationServerKey": state["key"] });
    assert_eq!(with, wanted);

    let daily = json!({ "topic": "daily", "words": "3 vụ việc quá hạn", "path": "/review/daily" });
    let row = |words: &str| json!({ "title": "Kiến Nghị", "body": words, "tag": "daily", "data": "/review/daily" });
    let shown = desk.bring(&url, "/desk", &daily).await;
    assert_eq!(shown, json!([row("3 vụ việc quá hạn")]));
    let daily = json!({ "topic": "daily", "words": "4 vụ việc quá hạn", "path": "/review/daily" });
    let shown = desk.bring(&url, "/desk", &daily).await;
    assert_eq!(
        shown,
        json!([row("4 vụ việc quá hạn")]),
        "in place of the other"
    );

    let tap = async |path: &str, pages: Value| tapped(&desk, "/desk-sw.js", path, &pages).await;
    let opened = tap("/review/daily", json!(["/", "/admin/account"])).await;
    assert_eq!(opened, json!([["close"], ["open", "/review/daily"]]));
    let gone = tap("/review/daily", json!(["/", "/desk/cases/1"])).await;
    assert_eq!(
        gone,
        json!([
            ["close"],
            ["go", "/review/daily"],
            ["focus", "/desk/cases/1"]
        ])
    );
    let elsewhere = tap("//evil.vn/desk", json!([])).await;
    assert_eq!(elsewhere, json!([["close"]]));

    // The stand-in went with the page: the browser's own word is that it is subscribed to nothing.
    desk.stands("Đang tắt").await;
    desk.ask(STAND_IN).await;
    desk.click(SWITCH).await;
    desk.stands("Đang bật").await;
    desk.click(SWITCH).await;
    desk.stands("Đang tắt").await;
    let is_on = "const answer = await fetch('/api/v1/alerts'); return (await answer.json()).is_on;";
    assert_eq!(desk.ask(is_on).await, json!(false));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_phone_switches_alerts_on_and_goes_where_one_leads() {
    let mut village = Village::new().await;
    let url = village.url.clone();
    let phone = &mut village.phone;
    phone.permit(&url, "granted").await;
    phone.click("a[href='/device']").await;
    phone.stands("Đang tắt").await;
    examine(phone, "device-alerts").await;
    phone.picture_offer("offer-phone").await;
    phone.ask(STAND_IN).await;
    phone.click(SWITCH).await;
    phone.stands("Đang bật").await;
    let told = json!({ "topic": "daily", "words": "2 kết quả chờ thông tin tới cử tri", "path": "/results" });
    let shown = phone.bring(&url, "/", &told).await;
    assert_eq!(shown[0]["body"], told["words"]);
    assert_eq!(shown[0]["data"], "/results");
    phone.click(SWITCH).await;
    phone.stands("Đang tắt").await;

    let tap = "navigator.serviceWorker.dispatchEvent(new MessageEvent('message', { data: { open: '/results' } })); return true;";
    phone.ask(tap).await;
    phone
        .until("the page of results", async |d| {
            d.path().await == "/results"
        })
        .await;
    phone.find("main h1").await;
    phone.click("a[href='/']").await;
    phone.click("a[href='/meetings/new']").await;
    phone.find("main form").await;
    phone.ask(tap).await;
    assert_eq!(
        phone.path().await,
        "/meetings/new",
        "what is being written stays"
    );
}
