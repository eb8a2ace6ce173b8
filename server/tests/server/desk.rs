//! A browser at a desk: its cookie, and requests as pages of the server's own make them.

use axum::body::Body;
use axum::http::{Method, Request};
use kiennghi_server::auth::Token;
use serde_json::{Value, json};

use crate::http::{Answer, Server};

pub(crate) const PASSWORD: &str = "chín con cò trắng 47";
pub(crate) const OTHER_PASSWORD: &str = "bảy quả dưa hấu 93";

/// A browser.
pub(crate) struct Desk<'a> {
    pub(crate) server: &'a Server,
    /// The pair that goes along with every request; empty before the sign-in.
    pub(crate) cookie: String,
}

impl<'a> Desk<'a> {
    /// Nobody is signed in.
    pub(crate) fn new(server: &'a Server) -> Self {
        Self {
            server,
            cookie: String::new(),
        }
    }

    /// A user signed in by a one-time code.
    pub(crate) async fn of(server: &'a Server, user: &str) -> Self {
        let mut desk = Self::new(server);
        let answer = desk.come_by_code("", &server.code(user), PASSWORD).await;
        assert_eq!(answer.status, 204, "{user}");
        desk
    }

    /// A request without a body, or with one in JSON, of a page whose headers are named.
    pub(crate) async fn ask(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<&Value>,
    ) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if !self.cookie.is_empty() {
            request = request.header("cookie", &self.cookie);
        }
        let body = body.map(Value::to_string).unwrap_or_default();
        let request = request.body(Body::from(body)).expect("request");
        self.server.call(request).await
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.ask(Method::GET, path, &[], None).await
    }

    /// POST of one of the server's own pages.
    pub(crate) async fn post(&self, path: &str, body: &Value) -> Answer {
        let own = [("sec-fetch-site", "same-origin")];
        self.ask(Method::POST, path, &own, Some(body)).await
    }

    /// Signs in with a password, and keeps the cookie.
    pub(crate) async fn come(&mut self, user: &str, password: &str) -> Answer {
        let body = json!({ "user": user, "password": password, "device": "Máy tính" });
        let answer = self.post("/api/v1/sign-in", &body).await;
        self.keep(&answer);
        answer
    }

    /// Sets a password by a code, and keeps the cookie.
    pub(crate) async fn come_by_code(&mut self, user: &str, code: &str, password: &str) -> Answer {
        let body = json!({ "user": user, "code": code, "password": password, "device": "Máy" });
        let answer = self.post("/api/v1/sign-in/code", &body).await;
        self.keep(&answer);
        answer
    }

    pub(crate) fn keep(&mut self, answer: &Answer) {
        if let Some((pair, _)) = answer.header("set-cookie").split_once(';') {
            pair.clone_into(&mut self.cookie);
        }
    }

    /// The name of whoever the server takes this browser for; none for nobody.
    pub(crate) async fn who(&self) -> Option<String> {
        let answer = self.get("/api/v1/account").await;
        if answer.status != 200 {
            assert_eq!(answer.refusal(), (401, "unauthenticated".to_owned()));
            return None;
        }
        let name = &answer.json()["profile"]["user"];
        Some(name.as_str().expect("a name").to_owned())
    }

    /// Asks for changes; the code of a refusal.
    pub(crate) async fn change(&self, changes: Value) -> Result<(), String> {
        self.ask_for(&json!({ "changes": changes })).await
    }

    /// Asks for changes of what is said of deadlines; the code of a refusal.
    pub(crate) async fn say(&self, deadlines: Value) -> Result<(), String> {
        self.ask_for(&json!({ "changes": [], "deadlines": deadlines }))
            .await
    }

    async fn ask_for(&self, body: &Value) -> Result<(), String> {
        let answer = self.post("/api/v1/administration/changes", body).await;
        if answer.status == 204 {
            Ok(())
        } else {
            Err(answer.refusal().1)
        }
    }

    /// What was recorded of an action, newest first: who did it, and to what.
    pub(crate) async fn recorded(&self, action: &str) -> Vec<(String, String)> {
        let path = format!("/api/v1/audit?limit=500&action={action}");
        let page = self.get(&path).await.json();
        let rows = page["rows"].as_array().expect("rows").iter();
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        rows.map(|row| (text(&row["user"]), text(&row["subject"])))
            .collect()
    }
}

/// A cookie that no session has.
pub(crate) fn strange_cookie() -> String {
    format!("__Host-kiennghi={}", Token::random().expect("randomness"))
}
