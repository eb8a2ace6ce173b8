//! A device: a Chromium with a profile folder of its own, which survives the browser's death.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use kiennghi_tests::harness::eventually_async;
use serde_json::json;
use tempfile::TempDir;
use thirtyfour::prelude::*;

/// How long anything on a page may take on a busy machine.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// A screen's size in CSS pixels.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Screen {
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) phone: bool,
}

pub(crate) const PHONE: Screen = Screen {
    width: 360,
    height: 780,
    phone: true,
};
/// The narrowest that there is: an old phone, or text at twice its size.
pub(crate) const NARROW: Screen = Screen {
    width: 320,
    height: 640,
    phone: true,
};
pub(crate) const DESK: Screen = Screen {
    width: 1280,
    height: 800,
    phone: false,
};

/// A browser on a device.
pub(crate) struct Device {
    profile: TempDir,
    screen: Screen,
    chromedriver: Child,
    driver: WebDriver,
}

impl Drop for Device {
    fn drop(&mut self) {
        end_processes(self.profile.path());
        let _ = self.chromedriver.kill();
        let _ = self.chromedriver.wait();
    }
}

impl Device {
    pub(crate) async fn new(screen: Screen) -> Self {
        let profile = tempfile::tempdir().expect("a folder for the profile");
        let (chromedriver, driver) = start(profile.path(), screen).await;
        Self {
            profile,
            screen,
            chromedriver,
            driver,
        }
    }

    /// Ends every process of the browser with SIGKILL and starts it anew on the same profile.
    pub(crate) async fn kill_and_restart(&mut self) {
        end_processes(self.profile.path());
        let _ = self.chromedriver.kill();
        let _ = self.chromedriver.wait();
        for lock in ["SingletonLock", "SingletonCookie", "SingletonSocket"] {
            let _ = fs::remove_file(self.profile.path().join(lock));
        }
        let (chromedriver, driver) = start(self.profile.path(), self.screen).await;
        self.chromedriver = chromedriver;
        self.driver = driver;
    }

    pub(crate) async fn go(&self, url: &str) {
        self.driver.goto(url).await.expect("the page opens");
    }

    /// Signs a delegate in by a one-time code, and waits for the meetings of the commune.
    pub(crate) async fn enrol(&self, url: &str, code: &str) {
        self.sign_in(url, code).await;
        self.until("the meetings", async |d| {
            d.count("[data-test=meeting-row]").await > 0
        })
        .await;
    }

    /// Signs anybody in by a one-time code, and locks the device with the passphrase of these tests.
    pub(crate) async fn sign_in(&self, url: &str, code: &str) {
        self.go(&format!("{url}/enrol#{code}")).await;
        self.click("[data-test=enrol-submit]").await;
        self.set_lock().await;
    }

    pub(crate) async fn reload(&self) {
        self.driver.refresh().await.expect("the page opens again");
    }

    /// Waits for an element, by CSS selector.
    pub(crate) async fn find(&self, css: &str) -> WebElement {
        let ask = async || self.driver.find(By::Css(css.to_owned())).await.ok();
        eventually_async(&format!("element {css}"), PATIENCE, ask).await
    }

    /// Clicks an element as soon as it can be clicked.
    pub(crate) async fn click(&self, css: &str) {
        let ask = async || {
            let found = self.driver.find(By::Css(css.to_owned())).await.ok()?;
            if found.click().await.is_err() {
                // Bars stick to the screen's edges.
                let middle = "arguments[0].scrollIntoView({ block: 'center' })";
                let found = vec![found.to_json().ok()?];
                self.driver.execute(middle, found).await.ok()?;
                return None;
            }
            Some(())
        };
        eventually_async(&format!("click on {css}"), PATIENCE, ask).await;
    }

    /// Types into a field.
    pub(crate) async fn write(&self, css: &str, text: &str) {
        let field = self.find(css).await;
        field.send_keys(text).await.expect("the field takes text");
    }

    /// Types where the focus is, wherever that may be.
    pub(crate) async fn press(&self, keys: impl Into<TypingData>) {
        let focused = self.driver.active_element().await;
        let focused = focused.expect("something has the focus");
        focused
            .send_keys(keys.into())
            .await
            .expect("keys are typed");
    }

    /// Goes on by Tab until what a selector finds has the focus.
    pub(crate) async fn tab_to(&self, css: &str) {
        self.find(css).await;
        let script = format!("return document.activeElement.matches(`{css}`)");
        for _ in 0..100 {
            if self.ask(&script).await == json!(true) {
                return;
            }
            self.press(Key::Tab + "").await;
        }
        panic!("Tab does not lead to {css}");
    }

    /// Empties a field, as a person does.
    pub(crate) async fn clear(&self, css: &str) {
        let field = self.find(css).await;
        let keys = Key::Control + "a";
        field.send_keys(keys).await.expect("all is chosen");
        let gone = field.send_keys(Key::Backspace + "").await;
        gone.expect("the field is emptied");
    }

    /// Ends the sessions that the browser has at this host.
    pub(crate) async fn forget_cookies(&self) {
        let gone = self.driver.delete_all_cookies().await;
        gone.expect("cookies are forgotten");
    }

    /// Gives the browser an authenticator that says yes to everything.
    pub(crate) async fn add_authenticator(&self) {
        let options = json!({ "options": {
            "protocol": "ctap2",
            "transport": "internal",
            "hasResidentKey": true,
            "hasUserVerification": true,
            "isUserVerified": true,
            "automaticPresenceSimulation": true,
        } });
        let cdp = self.driver.cdp();
        let enabled = cdp.send_raw("WebAuthn.enable", json!({})).await;
        enabled.expect("virtual authenticators");
        let added = cdp
            .send_raw("WebAuthn.addVirtualAuthenticator", options)
            .await;
        added.expect("an authenticator");
    }

    /// The text of an element; empty when it is not there.
    pub(crate) async fn text(&self, css: &str) -> String {
        match self.driver.find(By::Css(css.to_owned())).await {
            Ok(element) => element.text().await.unwrap_or_default(),
            Err(_) => String::new(),
        }
    }

    pub(crate) async fn count(&self, css: &str) -> usize {
        self.driver
            .find_all(By::Css(css.to_owned()))
            .await
            .map_or(0, |found| found.len())
    }

    pub(crate) async fn path(&self) -> String {
        self.driver
            .current_url()
            .await
            .expect("a page is open")
            .path()
            .to_owned()
    }

    /// Runs a script's body as an async function and gives its value.
    pub(crate) async fn ask(&self, script: &str) -> serde_json::Value {
        let wrapped = format!(
            "const done = arguments[arguments.length - 1];\
             (async () => {{ {script} }})().then(done, error => done('failed: ' + error));"
        );
        let answer = self
            .driver
            .execute_async(wrapped, vec![])
            .await
            .expect("the script runs");
        answer.json().clone()
    }

    /// Waits until a condition holds.
    pub(crate) async fn until(&self, what: &str, mut holds: impl AsyncFnMut(&Self) -> bool) {
        let ask = async || holds(self).await.then_some(());
        eventually_async(what, PATIENCE, ask).await;
    }

    /// Waits until the service worker holds the whole app.
    pub(crate) async fn ready_offline(&self) {
        let ready = self
            .ask("return await globalThis.kiennghi.precacheReady;")
            .await;
        assert_eq!(ready, json!(true), "the app opens without a network");
    }

    /// Asks something of the browser itself.
    pub(crate) async fn cdp(
        &self,
        method: &str,
        parameters: serde_json::Value,
    ) -> serde_json::Value {
        let answered = self.driver.cdp().send_raw(method, parameters).await;
        answered.unwrap_or_else(|error| panic!("{method}: {error}"))
    }

    /// The same, where it may be refused.
    pub(crate) async fn cdp_or_none(
        &self,
        method: &str,
        parameters: serde_json::Value,
    ) -> Option<serde_json::Value> {
        self.driver.cdp().send_raw(method, parameters).await.ok()
    }

    /// Takes the window off the screen, as if another app were in front.
    pub(crate) async fn hide(&self) {
        let hidden = self.driver.minimize_window().await;
        hidden.expect("the window goes");
    }

    /// The folder in which the browser keeps everything.
    pub(crate) fn profile(&self) -> &Path {
        self.profile.path()
    }

    /// Ends the browser as a person does, so that it writes whatever it writes then.
    pub(crate) async fn close(&mut self) {
        // It may be gone before it has answered.
        let _ = self.driver.cdp().send_raw("Browser.close", json!({})).await;
        let profile = self.profile.path().to_owned();
        let ended = async || processes(&profile).is_empty().then_some(());
        eventually_async("the browser to end", PATIENCE, ended).await;
    }

    /// Keeps a picture of the screen.
    pub(crate) async fn picture(&self, name: &str) {
        let folder = screenshots();
        fs::create_dir_all(&folder).expect("a folder for pictures");
        let path = folder.join(format!("{name}-{}.png", self.screen.width));
        self.driver.screenshot(&path).await.expect("a picture");
    }

    pub(crate) fn screen(&self) -> Screen {
        self.screen
    }

    /// Shows the page at another size, for a picture.
    pub(crate) async fn show_as(&mut self, screen: Screen) {
        self.screen = screen;
        resize(&self.driver, screen).await;
    }
}

/// Where pictures are kept.
pub(crate) fn screenshots() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/screenshots")
}

async fn resize(driver: &WebDriver, screen: Screen) {
    let metrics = json!({
        "width": screen.width,
        "height": screen.height,
        "deviceScaleFactor": 1,
        "mobile": screen.phone,
    });
    driver
        .cdp()
        .send_raw("Emulation.setDeviceMetricsOverride", metrics)
        .await
        .expect("the screen takes its size");
}

/// A chromedriver and its port; none where the port that it chose was taken for one of its two families of addresses,
/// which ends it.
fn chromedriver() -> Option<(Child, u16)> {
    let mut chromedriver = Command::new("chromedriver")
        .arg("--port=0")
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("chromedriver is installed: `cargo xtask test` does it");
    let mut lines = BufReader::new(chromedriver.stdout.take().expect("piped")).lines();
    let port = lines.by_ref().map_while(Result::ok).find_map(|line| {
        let (_, port) = line.split_once("started successfully on port ")?;
        port.trim_end_matches('.').parse::<u16>().ok()
    });
    let Some(port) = port else {
        chromedriver.wait().expect("it has ended");
        return None;
    };
    // It must not block on a full pipe later.
    std::thread::spawn(move || lines.map_while(Result::ok).count());
    Some((chromedriver, port))
}

async fn start(profile: &Path, screen: Screen) -> (Child, WebDriver) {
    let (chromedriver, port) = (0..5)
        .find_map(|_| chromedriver())
        .expect("chromedriver says where it listens");
    let mut capabilities = DesiredCapabilities::chrome();
    let profile_argument = format!("--user-data-dir={}", profile.display());
    let size = format!("--window-size={},{}", screen.width, screen.height);
    for argument in [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--disable-dev-shm-usage",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--lang=vi",
        &size,
        &profile_argument,
    ] {
        capabilities.add_arg(argument).expect("an argument");
    }
    let driver = WebDriver::new(format!("http://127.0.0.1:{port}"), capabilities)
        .await
        .expect("Chromium starts");
    driver
        .set_script_timeout(PATIENCE)
        .await
        .expect("a timeout");
    resize(&driver, screen).await;
    (chromedriver, driver)
}

/// Sends SIGKILL to every process that was started on this profile folder.
fn end_processes(profile: &Path) {
    for pid in processes(profile) {
        let _ = Command::new("kill")
            .args(["-9", &pid])
            .stderr(Stdio::null())
            .status();
    }
}

/// Every process that was started on this profile folder.
pub(crate) fn processes(profile: &Path) -> Vec<String> {
    let mark = profile.display().to_string();
    let mut found = Vec::new();
    for entry in fs::read_dir("/proc").into_iter().flatten().flatten() {
        let command = fs::read(entry.path().join("cmdline")).unwrap_or_default();
        if String::from_utf8_lossy(&command).contains(&mark) {
            found.push(entry.file_name().to_string_lossy().into_owned());
        }
    }
    found
}
