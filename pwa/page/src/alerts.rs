//! Alerts as `alerts.js` asks the browser for them, and how they stand in words.

use js_sys::Array;
use kiennghi_shared::alert::AlertState;

use crate::browser;

/// What the offer says wherever it stands.
pub const WHAT_FOR: &str = "Mỗi sáng ngày làm việc, máy báo số việc quá hạn, sắp đến hạn hoặc kết quả chờ thông tin tới cử tri; có việc mới được phân công hay văn bản mới đến cũng báo. Lời nhắc chỉ có con số, không có tên người và nội dung kiến nghị.";

/// What a person is told when nothing came of switching them on.
pub const NOT_SWITCHED_ON: &str = "Chưa bật được. Có thể trình duyệt chưa cho phép thông báo, hoặc mạng không tới được dịch vụ thông báo của trình duyệt.";

/// How alerts stand on this device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Alerts {
    /// The browser has none.
    Missing,
    /// An iPhone has them once the app is on its home screen.
    NotInstalled,
    /// The browser was told to show none.
    Denied,
    /// The server sends none.
    Silent,
    /// They can be switched on.
    Off,
    /// They are on.
    On,
}

impl Alerts {
    /// What a person is told.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Alerts::Missing => {
                "Trình duyệt này không nhận được lời nhắc. Hãy dùng Chrome, Firefox, Edge hoặc Safari bản mới."
            }
            Alerts::NotInstalled => {
                "Trên iPhone, chỉ bật được khi đã đưa ứng dụng ra màn hình chính và mở ứng dụng từ đó."
            }
            Alerts::Denied => {
                "Trình duyệt đang chặn thông báo của trang này. Hãy cho phép thông báo trong phần cài đặt của trình duyệt rồi mở lại trang."
            }
            Alerts::Silent => "Máy chủ này không gửi lời nhắc.",
            Alerts::Off => "Đang tắt trên máy này.",
            Alerts::On => "Đang bật trên máy này.",
        }
    }
}

/// What the browser says, and the server where the browser says that it can.
pub async fn look(server: &AlertState) -> Alerts {
    let here = browser::call_module("alerts", "look", &Array::new()).await;
    let here = here.and_then(|here| here.as_string());
    match here.as_deref() {
        Some("denied") => Alerts::Denied,
        Some("off" | "on") if server.key.is_empty() => Alerts::Silent,
        // What somebody else switched on here is not this person's.
        Some("on") if server.is_on => Alerts::On,
        Some("off" | "on") => Alerts::Off,
        _ if browser::is_apple_phone() && !browser::is_installed() => Alerts::NotInstalled,
        _ => Alerts::Missing,
    }
}

/// Asks the person and subscribes: what the server is to be told, as JSON; none when that did not come about.
pub async fn subscribe(key: &str) -> Option<String> {
    let key = Array::of1(&key.into());
    let subscribed = browser::call_module("alerts", "subscribe", &key).await;
    subscribed?.as_string()
}

/// Has the browser take no more.
pub async fn unsubscribe() {
    browser::call_module("alerts", "unsubscribe", &Array::new()).await;
}
