//! What all pages share: who is signed in, where sync stands, which page is shown.
//!
//! [`App`] is a handful of signals that live as long as the page; it is copied everywhere.

use kiennghi_messages::{Answer, Command, Failure, Filter, Lock, LockState, Status};
use kiennghi_page::idle;
use kiennghi_shared::casefile::Voice;
use kiennghi_shared::id::UnitCode;
use kiennghi_shared::profile::Profile;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;

use crate::browser;
use crate::office;
use crate::router::Route;
use crate::worker::{self, Answered};

/// How far the app has come since the page was loaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Phase {
    /// The local store is being opened.
    Opening,
    /// The local store cannot be used.
    Stopped(Failure),
    /// An earlier version left data in the clear: it is to be locked first of all.
    Securing,
    /// The data on this device is locked.
    Locked,
    /// Nobody is signed in on this device.
    Enrolling,
    /// All is there.
    Working,
}

/// What all pages share.
#[derive(Clone, Copy)]
pub(crate) struct App {
    /// How far the app has come.
    pub(crate) phase: RwSignal<Phase>,
    /// Where sync stands; none before the store is open.
    pub(crate) status: RwSignal<Option<Status>>,
    /// Counts up whenever lists should be asked for again.
    pub(crate) changed: RwSignal<u32>,
    /// The page that is shown.
    pub(crate) route: RwSignal<Route>,
    /// Whether a new version of the app waits.
    pub(crate) update: RwSignal<bool>,
    /// Whether the browser offers to install the app.
    pub(crate) installable: RwSignal<bool>,
    /// The code of an enrolment link, until it is used.
    pub(crate) enrol_code: RwSignal<String>,
    /// What was looked for among the petitions held here.
    pub(crate) filter: RwSignal<Filter>,
    /// The village whose results are shown; none for all.
    pub(crate) village: RwSignal<Option<Voice>>,
    /// What was looked for in the office's table.
    pub(crate) office_filter: RwSignal<office::Filter>,
}

/// Petitions that a list shows before more are asked for.
pub(crate) const LIST_ROWS: u32 = 50;

impl App {
    /// Makes the signals for the page that the address names.
    pub(crate) fn new() -> Self {
        let filter = Filter {
            limit: LIST_ROWS,
            ..Filter::default()
        };
        let office_filter = office::Filter {
            limit: LIST_ROWS,
            ..office::Filter::default()
        };
        let app = Self {
            phase: RwSignal::new(Phase::Opening),
            status: RwSignal::new(None),
            changed: RwSignal::new(0),
            route: RwSignal::new(Route::Unknown),
            update: RwSignal::new(false),
            installable: RwSignal::new(false),
            enrol_code: RwSignal::default(),
            filter: RwSignal::new(filter),
            village: RwSignal::new(None),
            office_filter: RwSignal::new(office_filter),
        };
        app.arrive(&browser::path());
        app
    }

    /// Shows the page of a path; the code of an enrolment link is taken out of the address at once.
    pub(crate) fn arrive(self, path: &str) {
        let route = Route::of(path);
        if route == Route::Enrol {
            let code = browser::fragment();
            if !code.is_empty() {
                browser::replace_path(path);
                self.enrol_code.set(code);
            }
        }
        self.route.set(route);
    }

    /// Reads the profile, when somebody is signed in. Not tracked: it changes with the grant only.
    pub(crate) fn profile<T>(self, read: impl FnOnce(&Profile) -> T) -> Option<T> {
        self.status
            .with_untracked(|status| status.as_ref()?.profile.as_ref().map(read))
    }

    /// How the data on this device is locked.
    pub(crate) fn lock(self) -> Lock {
        let status = self.status.read_untracked();
        status
            .as_ref()
            .map(|status| status.lock.clone())
            .unwrap_or_default()
    }

    /// The villages of a unit.
    pub(crate) fn villages(self, code: &UnitCode) -> Vec<String> {
        self.profile(|profile| profile.unit(code).map(|unit| unit.villages.clone()))
            .flatten()
            .unwrap_or_default()
    }

    /// A unit's name; its code when the name is not known here.
    pub(crate) fn unit_name(self, code: &UnitCode) -> String {
        self.profile(|profile| profile.unit(code).map(|unit| unit.name.clone()))
            .flatten()
            .unwrap_or_else(|| code.0.clone())
    }

    /// A person's name; the sign-in name when it is not known here.
    pub(crate) fn person(self, user: &str) -> String {
        self.profile(|profile| profile.person_name(user).map(str::to_owned))
            .flatten()
            .unwrap_or_else(|| user.to_owned())
    }

    /// A council session's name; its code when the name is not known here.
    pub(crate) fn session_name(self, code: &str) -> String {
        self.profile(|profile| profile.session_name(code).map(str::to_owned))
            .flatten()
            .unwrap_or_else(|| code.to_owned())
    }

    /// The words for a field of work's code; the code itself when it is not known here.
    pub(crate) fn field_name(self, code: &str) -> String {
        self.profile(|profile| profile.fields.name(code).to_owned())
            .unwrap_or_else(|| code.to_owned())
    }

    /// Takes in where sync stands, and moves on when somebody signed in or was signed out.
    pub(crate) fn take_status(self, status: Status) {
        let phase = match status.lock.state {
            LockState::Plain => Phase::Securing,
            LockState::Locked => Phase::Locked,
            LockState::None | LockState::Open if status.profile.is_some() => Phase::Working,
            LockState::None | LockState::Open => Phase::Enrolling,
        };
        self.status.set(Some(status));
        let stopped = self
            .phase
            .with_untracked(|phase| matches!(phase, Phase::Stopped(_)));
        if !stopped && self.phase.with_untracked(|old| *old != phase) {
            self.phase.set(phase);
            browser::soon(crate::router::focus);
        }
    }
}

/// Opens the local store, and wakes sync when a person comes back or the network does.
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
    // The first visit by an enrolment link: the form need not wait for the worker, which is still
    // on its way and answers once it is there.
    let linked = app.enrol_code.with_untracked(|code| !code.is_empty());
    if linked && !browser::is_warm() {
        app.phase.set(Phase::Enrolling);
    }
    let session_is_over = idle::is_session_unused();
    if session_is_over {
        browser::spawn(async {
            idle::end_session().await;
        });
    }
    browser::spawn(async move {
        match worker::call(Command::Open(!session_is_over)).await {
            Ok(Answer::Status(status)) => app.take_status(status),
            Ok(_) => app.phase.set(Phase::Stopped(worker::unexpected())),
            Err(failure) => app.phase.set(Phase::Stopped(failure)),
        }
    });
    let wake = Closure::<dyn FnMut()>::new(move || {
        let working = app.phase.with_untracked(|phase| *phase == Phase::Working);
        if browser::is_visible() && working {
            worker::tell(Command::Wake);
        }
    });
    browser::on_document("visibilitychange", wake.as_ref().unchecked_ref());
    browser::on_window("online", wake.as_ref().unchecked_ref());
    wake.forget();
}

/// What was asked of the worker, asked again whenever documents change.
#[derive(Clone, Copy)]
pub(crate) struct Asked {
    /// The last good answer; it stays when asking again fails.
    pub(crate) answer: RwSignal<Option<Answer>>,
    /// Why asking failed the last time.
    pub(crate) failure: RwSignal<Option<Failure>>,
    /// How many times there was an answer, good or not.
    pub(crate) times: RwSignal<u32>,
}

/// Asks a command, and asks again when documents change or when what `command` reads changes.
pub(crate) fn ask(app: App, command: impl Fn() -> Command + 'static) -> Asked {
    let asked = Asked {
        answer: RwSignal::new(None),
        failure: RwSignal::new(None),
        times: RwSignal::new(0),
    };
    let latest = StoredValue::new(0_u32);
    Effect::new(move || {
        app.changed.track();
        let reply = worker::call(command());
        let turn = latest.get_value() + 1;
        latest.set_value(turn);
        browser::spawn(async move {
            let answered = reply.await;
            // An answer to an older question, or one for a page that is gone, is dropped.
            if latest.try_get_value() == Some(turn) {
                asked.take(answered);
            }
        });
    });
    asked
}

impl Asked {
    fn take(self, answered: Answered) {
        match answered {
            Ok(answer) => {
                if self
                    .answer
                    .with_untracked(|old| old.as_ref() != Some(&answer))
                {
                    self.answer.set(Some(answer));
                }
                if self.failure.with_untracked(Option::is_some) {
                    self.failure.set(None);
                }
            }
            Err(failure) => self.failure.set(Some(failure)),
        }
        self.times.update(|times| *times += 1);
        crate::router::settle();
    }
}
