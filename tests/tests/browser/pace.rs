//! How quickly a phone with 2,000 petitions opens and saves, on a processor four times as slow: every
//! process that runs pages is stopped for three quarters of the time.

use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use kiennghi_tests::harness::{Mode, Petitions, Proxy, Server};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::json;

use super::chrome::{Device, PHONE, processes};
use super::sealed::PASSPHRASE;

const PETITIONS: usize = 2_000;
/// From the address to the question for the passphrase, and again from there to the list.
const OPENING_MS_MAX: f64 = 1_500.0;
/// Until the page says that a petition is saved; on a processor at its own pace.
const SAVING_MS_MAX: f64 = 100.0;

/// Notes when what a page is waited for first stands on it.
const WATCH: &str = "globalThis.seen = {};\
    new MutationObserver(() => {\
      for (const [name, css] of [['locked', '[name=passphrase]'], ['list', '[data-test=petition-row]']])\
        if (!(name in seen) && document.querySelector(css)) seen[name] = performance.now();\
    }).observe(document, { childList: true, subtree: true });";

/// Slows every process of this kind that the device's browser has.
struct Slowed {
    over: Arc<AtomicBool>,
    work: Option<thread::JoinHandle<()>>,
}

impl Slowed {
    fn renderers(device: &Device) -> Self {
        let over = Arc::new(AtomicBool::new(false));
        let (seen, profile) = (over.clone(), device.profile().to_owned());
        let work = thread::spawn(move || {
            while !seen.load(Ordering::Relaxed) {
                let renderers = renderers(&processes(&profile));
                for _ in 0..20 {
                    send(Signal::STOP, &renderers);
                    thread::sleep(Duration::from_millis(12));
                    send(Signal::CONT, &renderers);
                    thread::sleep(Duration::from_millis(4));
                }
            }
        });
        Self {
            over,
            work: Some(work),
        }
    }
}

impl Drop for Slowed {
    fn drop(&mut self) {
        self.over.store(true, Ordering::Relaxed);
        if let Some(work) = self.work.take() {
            let _ = work.join();
        }
    }
}

fn send(signal: Signal, pids: &[String]) {
    for pid in pids {
        let pid = pid.parse().ok().and_then(Pid::from_raw);
        // It may be gone.
        let _ = pid.map(|pid| kill_process(pid, signal));
    }
}

/// Those of a browser's processes, and of their descendants, that run pages.
fn renderers(browser: &[String]) -> Vec<String> {
    let mut family = browser.to_vec();
    let mut found = Vec::new();
    let mut rows = Vec::new();
    for entry in fs::read_dir("/proc").into_iter().flatten().flatten() {
        let status = fs::read_to_string(entry.path().join("status")).unwrap_or_default();
        let parent = status.lines().find_map(|line| line.strip_prefix("PPid:\t"));
        if let Some(parent) = parent {
            let pid = entry.file_name().to_string_lossy().into_owned();
            rows.push((pid, parent.to_owned()));
        }
    }
    while let Some(at) = rows.iter().position(|(_, parent)| family.contains(parent)) {
        let (pid, _) = rows.swap_remove(at);
        let command = fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
        if String::from_utf8_lossy(&command).contains("--type=renderer") {
            found.push(pid.clone());
        }
        family.push(pid);
    }
    found
}

/// Reads the cards, and seals and opens as many values of the same lengths as the worker does; then makes
/// a passphrase's key. In milliseconds.
const PARTS: &str = "const open = indexedDB.open('kiennghi-sealed');\
    await new Promise(done => open.onsuccess = done);\
    const parts = {}, began = {};\
    const begin = name => { began[name] = performance.now(); };\
    const end = name => { parts[name] = performance.now() - began[name]; };\
    begin('read');\
    const all = open.result.transaction('cards').objectStore('cards').getAll();\
    await new Promise(done => all.onsuccess = done);\
    end('read');\
    open.result.close();\
    const key = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);\
    const how = { name: 'AES-GCM', iv: new Uint8Array(12), additionalData: new Uint8Array(42) };\
    begin('seal');\
    const sealed = await Promise.all(all.result.map(value => crypto.subtle.encrypt(how, key, value)));\
    end('seal');\
    begin('open');\
    await Promise.all(sealed.map(value => crypto.subtle.decrypt(how, key, value)));\
    end('open');\
    parts.values = sealed.length;\
    const cache = await caches.open((await caches.keys())[0]);\
    const paths = (await cache.keys()).map(request => new URL(request.url).pathname);\
    const worker = new Worker(paths.find(path => path.startsWith('/argon-')), { type: 'module' });\
    begin('key');\
    await new Promise(done => worker.onmessage = done);\
    worker.postMessage([new Uint8Array(12), new Uint8Array(16), 19456, 2, 1]);\
    await new Promise(done => worker.onmessage = done);\
    end('key');\
    worker.terminate();\
    return parts;";

/// Saves petitions one after the other; how long each took until the page said so, in milliseconds.
const SAVES: &str = "const times = []; let last = '';\
    for (let count = 1; count <= 30; count++) {\
      const field = document.querySelector('[name=content]');\
      field.value = 'Xin sửa đoạn đường số ' + count + ' cho bà con đi lại.';\
      field.dispatchEvent(new Event('input', { bubbles: true }));\
      const said = new Promise(done => new MutationObserver((_, observer) => {\
        const note = document.querySelector('[data-test=saved-note]')?.textContent ?? '';\
        if (note !== last) { last = note; observer.disconnect(); done(); }\
      }).observe(document, { childList: true, subtree: true, characterData: true }));\
      const began = performance.now();\
      document.querySelector('[data-test=save-next]').click();\
      await said;\
      times.push(performance.now() - began);\
    }\
    return times.sort((a, b) => a - b);";

fn number(value: &serde_json::Value) -> f64 {
    value.as_f64().expect("a number")
}

fn least(times: impl Iterator<Item = f64>) -> f64 {
    times.fold(f64::INFINITY, f64::min)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_phone_with_two_thousand_petitions_opens_and_saves_in_time() {
    let server = Server::start();
    let proxy = Proxy::start(server.address()).await;
    let url = proxy.url();
    let mut other = server.phone("quang-lam-2").await;
    other.sync().await.expect("syncs");
    let unit = other.unit();
    for sample in Petitions::seeded(15).take(PETITIONS) {
        let edits = sample.edits();
        other.record_petition(&unit, edits).expect("recorded");
    }
    other.sync().await.expect("syncs");
    let phone = Device::new(PHONE).await;
    phone.enrol(&url, &server.enrol("quang-lam-1")).await;
    phone.ready_offline().await;
    phone.click("[data-test=find-petitions]").await;
    phone
        .until("all petitions", async |d| {
            let total = d.text("[data-test=petition-total]").await;
            let digits: String = total.chars().filter(char::is_ascii_digit).collect();
            digits.parse::<usize>().is_ok_and(|held| held >= PETITIONS)
        })
        .await;
    proxy.set(Mode::Blackhole);
    let watch = json!({ "source": WATCH });
    phone
        .cdp("Page.addScriptToEvaluateOnNewDocument", watch)
        .await;
    let unlock = format!(
        "const field = document.querySelector('[name=passphrase]');\
         field.value = '{PASSPHRASE}';\
         field.dispatchEvent(new Event('input', {{ bubbles: true }}));\
         seen.asked = performance.now();\
         document.querySelector('[data-test=unlock-passphrase]').click(); return true;"
    );
    let slowed = Slowed::renderers(&phone);
    let mut opened = Vec::new();
    for _ in 0..5 {
        phone.go(&format!("{url}/petitions")).await;
        phone.find("[name=passphrase]").await;
        phone.ask(&unlock).await;
        phone.find("[data-test=petition-row]").await;
        opened.push(phone.ask("return seen;").await);
    }
    let parts = phone.ask(PARTS).await;
    drop(slowed);
    println!("opened, in ms, four times as slow: {opened:?}");
    println!("parts of it, in ms, four times as slow: {parts}");

    phone.reopen(&url).await;
    phone.click("[data-test=meeting-row] a").await;
    phone.click("[data-test=record]").await;
    phone.find("[name=content]").await;
    let saves = phone.ask(SAVES).await;
    let (median, most) = (number(&saves[15]), number(&saves[28]));
    println!("saved: {median} ms at the median, {most} ms for 95 of 100");

    // The best of five: what else the machine does only makes it slower.
    let start = least(opened.iter().map(|seen| number(&seen["locked"])));
    assert!(start <= OPENING_MS_MAX, "{start} ms until it asks");
    let unlocked = opened.iter();
    let unlocked = unlocked.map(|seen| number(&seen["list"]) - number(&seen["asked"]));
    let unlocked = least(unlocked);
    assert!(
        unlocked <= OPENING_MS_MAX,
        "{unlocked} ms from there to the list"
    );
    assert!(median <= SAVING_MS_MAX, "{median} ms to save");
}
