//! What all pages share: who is signed in, what waits to be sent, which page is shown.
//!
//! [`App`] is a handful of signals that live as long as the page; it is copied everywhere.

use kiennghi_messages::{DeskAnswer, DeskCommand, Failure, LockState, Status};
use kiennghi_page::{handed, idle, places};
use kiennghi_shared::desk::CaseRow;
use kiennghi_shared::office::PetitionRow;
use kiennghi_shared::profile::Profile;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;

use crate::answers::{Kept, answer};
use crate::browser;
use crate::pending::{self, Pending};
use crate::ways;
use crate::worker;

/// How far the app has come since the page was loaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Phase {
    /// The local store is being opened.
    Opening,
    /// The local store cannot be used.
    Stopped(Failure),
    /// Nobody is signed in in this browser.
    SignedOut,
    /// What is kept in this browser has a lock of its own, which no session opens.
    LockedElsewhere,
    /// All is there.
    Working,
}

/// What all pages share.
#[derive(Clone, Copy)]
pub struct App {
    /// How far the app has come.
    pub phase: RwSignal<Phase>,
    /// Where sync stands; none before the store is open.
    pub status: RwSignal<Option<Status>>,
    /// Counts up whenever lists should be asked for again.
    pub changed: RwSignal<u32>,
    /// Where the app's pages stand: `/desk` for instance.
    pub top: &'static str,
    /// The path of the page that is shown.
    pub path: RwSignal<String>,
    /// What was just done, in words, until the next page.
    pub said: RwSignal<Option<String>>,
    /// The petitions that were chosen to be consolidated.
    pub picked: RwSignal<Vec<PetitionRow>>,
    /// The cases that were chosen for one paper.
    pub chosen: RwSignal<Vec<CaseRow>>,
    /// What for.
    pub chosen_for: StoredValue<String>,
    /// What is written here and the server does not have.
    pub pending: RwSignal<Pending>,
    /// The last answers of the server, by what was asked, for as long as the page is open.
    pub kept: StoredValue<Kept>,
}

impl App {
    /// Makes the signals for the page that the address names.
    pub(crate) fn new(top: &'static str) -> Self {
        Self {
            top,
            phase: RwSignal::new(Phase::Opening),
            status: RwSignal::new(None),
            changed: RwSignal::new(0),
            path: RwSignal::new(browser::path()),
            said: RwSignal::new(handed::take()),
            picked: RwSignal::new(Vec::new()),
            chosen: RwSignal::new(Vec::new()),
            chosen_for: StoredValue::new(String::new()),
            pending: RwSignal::new(Pending::default()),
            kept: StoredValue::new(Kept::default()),
        }
    }

    /// Reads the profile, when somebody is signed in. Not tracked: it changes with the roles only.
    pub fn profile<T>(self, read: impl FnOnce(&Profile) -> T) -> Option<T> {
        self.status
            .with_untracked(|status| status.as_ref()?.profile.as_ref().map(read))
    }

    /// Says what was done, on another page that takes the place of this one.
    pub fn done_at(self, path: &str, words: impl Into<String>) {
        ways::go_instead(self, path);
        self.say(words);
    }

    /// The same on a page that may be another app's, which opens with a network alone: without one it is said here.
    pub fn done_elsewhere(self, path: String, words: impl Into<String>) {
        if ways::is_below(self.top, &path) {
            return self.done_at(&path, words);
        }
        let words = words.into();
        browser::spawn(async move {
            let asked = answer(self, "profile").await;
            if asked.is_err_and(|missed| missed.failure.is_network()) {
                let words = format!("{words} Chưa có mạng: đang giữ trên máy, có mạng là gửi.");
                return self.done_at(self.top, words);
            }
            handed::hand_over(&path, &words);
            ways::go_instead(self, &path);
        });
    }

    /// Says what was done.
    pub fn say(self, words: impl Into<String>) {
        self.said.set(Some(words.into()));
        browser::soon(|| browser::focus("said"));
    }

    fn take_status(self, status: Status) {
        let lock = &status.lock;
        let phase = match lock.state {
            LockState::Plain => Phase::LockedElsewhere,
            LockState::Locked if lock.is_own() => Phase::LockedElsewhere,
            LockState::Open if status.profile.is_some() => Phase::Working,
            LockState::None | LockState::Locked | LockState::Open => Phase::SignedOut,
        };
        self.status.set(Some(status));
        let stopped = self
            .phase
            .with_untracked(|phase| matches!(phase, Phase::Stopped(_)));
        if !stopped && self.phase.with_untracked(|old| *old != phase) {
            self.phase.set(phase);
            browser::soon(places::focus);
        }
    }
}

/// Opens the local store by this browser's session, and wakes sync when a person comes back or the network
/// does.
pub(crate) fn open(app: App) {
    worker::listen(
        move |status| app.take_status(status),
        move || app.changed.update(|count| *count += 1),
        || {
            browser::leave_nothing();
            browser::replace_path("/revoked");
            browser::reload();
        },
        move |failure| app.phase.set(Phase::Stopped(failure)),
    );
    browser::spawn(async move {
        // A session that nobody used for long ends before anything is shown.
        let is_over = idle::is_session_unused();
        if is_over {
            idle::end_session().await;
        }
        match worker::ask(DeskCommand::Open(!is_over)).await {
            Ok(DeskAnswer::Status(status)) => app.take_status(*status),
            Ok(_) => app.phase.set(Phase::Stopped(worker::unexpected())),
            Err(failure) => app.phase.set(Phase::Stopped(failure)),
        }
    });
    pending::watch(app);
    let wake = Closure::<dyn FnMut()>::new(move || {
        let working = app.phase.with_untracked(|phase| *phase == Phase::Working);
        if browser::is_visible() && working {
            worker::tell(DeskCommand::Wake);
        }
    });
    browser::on_document("visibilitychange", wake.as_ref().unchecked_ref());
    browser::on_window("online", wake.as_ref().unchecked_ref());
    let online = Closure::<dyn FnMut()>::new(move || app.changed.update(|count| *count += 1));
    browser::on_window("online", online.as_ref().unchecked_ref());
    online.forget();
    wake.forget();
}
