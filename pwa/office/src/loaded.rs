//! What pages behind the sign-in show: asked of the server anew whenever one opens.

use std::sync::Arc;

use kiennghi_shared::access::{Thing, Verb};
use kiennghi_shared::account::Account;
use kiennghi_shared::administration::{Administration, Unit, User};
use kiennghi_shared::code::Code;
use kiennghi_shared::id::{UnitCode, UserName};
use leptos::prelude::*;

use crate::browser;
use crate::frame::{Frame, frame};
use crate::office::Office;
use crate::router;
use crate::server::{self, Failure};
use crate::steps;

/// Who is signed in, and what that person may see.
pub(crate) struct Loaded {
    /// The person.
    pub(crate) account: Account,
    /// Units, people and devices; empty to those who look after none.
    pub(crate) all: Administration,
}

impl Loaded {
    /// Whether the person may do this with such a thing somewhere.
    pub(crate) fn may(&self, verb: Verb, thing: Thing) -> bool {
        self.account.profile.may(verb, thing)
    }

    /// Whether the person may do this with such a thing in this unit.
    pub(crate) fn may_in(&self, verb: Verb, thing: Thing, unit: &UnitCode) -> bool {
        self.account.profile.may_in(verb, thing, unit)
    }

    /// Whether the person may do this with such a thing in every unit that none stands above.
    pub(crate) fn may_in_all(&self, verb: Verb, thing: Thing) -> bool {
        let units = self.all.units.iter();
        let mut tops = units
            .filter(|unit| unit.parent.is_none() && unit.successor.is_none())
            .peekable();
        tops.peek().is_some() && tops.all(|top| self.may_in(verb, thing, &top.code))
    }

    /// The unit of this code.
    pub(crate) fn unit(&self, code: &str) -> Option<&Unit> {
        self.all.units.iter().find(|unit| unit.code.0 == code)
    }

    /// A unit's name; its code for one that is not seen.
    pub(crate) fn unit_name<'a>(&'a self, code: &'a UnitCode) -> &'a str {
        let unit = self.unit(&code.0).map(|unit| unit.name.as_str());
        let own = self.account.profile.units.iter();
        let own = || own.clone().find(|unit| unit.code == *code);
        unit.or_else(|| own().map(|unit| unit.name.as_str()))
            .unwrap_or(&code.0)
    }

    /// The user of this sign-in name.
    pub(crate) fn user(&self, name: &str) -> Option<&User> {
        self.all.users.iter().find(|user| user.name.0 == name)
    }

    /// A person's name; the sign-in name of one who is not seen.
    pub(crate) fn person<'a>(&'a self, name: &'a UserName) -> &'a str {
        self.user(&name.0)
            .map_or(name.0.as_str(), |user| user.display.as_str())
    }

    /// Units that were not ended, as choices, of those that a test takes.
    pub(crate) fn unit_choices(&self, takes: impl Fn(&Unit) -> bool) -> Vec<(String, String)> {
        let units = self.all.units.iter();
        let units = units.filter(|unit| unit.successor.is_none() && takes(unit));
        units
            .map(|unit| {
                (
                    unit.code.0.clone(),
                    format!("{} ({})", unit.name, unit.code),
                )
            })
            .collect()
    }
}

/// Whether somebody looks after people, as far as the roles say.
pub(crate) fn looks_after_people(account: &Account) -> bool {
    account.profile.may(Verb::Read, Thing::Users)
}

async fn ask() -> Result<Arc<Loaded>, Failure> {
    let account: Account = server::get("/api/v1/account").await?;
    let all = if looks_after_people(&account) {
        server::get("/api/v1/administration").await?
    } else {
        Administration::default()
    };
    Ok(Arc::new(Loaded { account, all }))
}

/// A page in its frame whose body is made of what the server says, and made anew after each change.
/// `right` is what it takes to see the page; without it there is nothing here.
pub(crate) fn page(
    office: Office,
    shown: Frame,
    right: Option<(Verb, Thing)>,
    body: impl Fn(Arc<Loaded>) -> AnyView + Send + Sync + 'static,
) -> AnyView {
    page_of(office, shown, right, Box::new(body))
}

/// What makes a page's body of what the server said.
type Body = Box<dyn Fn(Arc<Loaded>) -> AnyView + Send + Sync>;

fn page_of(office: Office, shown: Frame, right: Option<(Verb, Thing)>, body: Body) -> AnyView {
    let answer = RwSignal::new(None::<Result<Arc<Loaded>, Failure>>);
    Effect::new(move || {
        office.asked.track();
        browser::spawn(async move {
            let came = ask().await;
            if let Err(Failure::Refused(Code::Unauthenticated)) = came {
                // The page may have been left meanwhile.
                if answer.try_get_untracked().is_some() {
                    router::ask_to_sign_in(office);
                }
                return;
            }
            if let Ok(loaded) = &came {
                office.account.set(Some(loaded.account.clone()));
            }
            if answer.try_set(Some(came)).is_none() {
                office.say();
            }
        });
    });
    let content = move || {
        match answer.get() {
        None => view! { <p class="muted" data-test="waiting">"Đang mở…"</p> }.into_any(),
        Some(Err(failure)) => view! {
            {steps::failed(&failure)}
            <p><button type="button" class="button" on:click=move |_| office.asked.update(|asked| *asked += 1)>"Thử lại"</button></p>
        }
        .into_any(),
        Some(Ok(loaded)) if right.is_some_and(|(verb, thing)| !loaded.may(verb, thing)) => {
            nothing_here()
        }
        Some(Ok(loaded)) => untrack(|| body(loaded)),
    }
    };
    frame(office, shown, content.into_any())
}

/// What is shown in the place of a page that is not the person's to see, or of none at all.
pub(crate) fn nothing_here() -> AnyView {
    view! {
        <p data-test="nothing">"Không có trang này, hoặc trang này không thuộc phần việc của bạn."</p>
        <p><a href="/admin">"Về trang đầu"</a></p>
    }
    .into_any()
}
