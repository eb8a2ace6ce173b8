//! The petitioner: typed in with a petition, shown while it waits on this device, and from then on to be read
//! at the office alone.

use kiennghi_messages::{Command, Detail, Failure, Save, WaitingPetitioner};
use kiennghi_shared::petitioner::{Basis, Person};
use kiennghi_shared::record::{Edit, Petition, Value};
use kiennghi_shared::schema::{Kind, PETITIONER};
use kiennghi_shared::text::normalise;
use leptos::prelude::*;

use crate::browser;
use crate::components::fields::{self, ask};
use crate::components::notices;
use crate::form::{Form, Texts};
use crate::state::App;
use crate::words;
use crate::worker;

/// The fields, as they stand in a form and its draft: in no document.
pub(crate) const KEYS: [&str; 4] = [NAME, ADDRESS, PHONE, BASIS];
const NAME: &str = "person_name";
const ADDRESS: &str = "person_address";
const PHONE: &str = "person_phone";
const BASIS: &str = "person_basis";

const BASES: [(Basis, &str, &str); 2] = [
    (Basis::Consent, "consent", "Cử tri đồng ý"),
    (
        Basis::PublicTask,
        "public_task",
        "Không ghi thì không giải quyết được",
    ),
];

/// What the fields begin with.
pub(crate) fn texts(waiting: Option<&WaitingPetitioner>) -> Texts {
    let person = waiting.and_then(person_of);
    let person = person.as_ref();
    let basis = BASES
        .iter()
        .find(|(basis, ..)| Some(basis) == person.map(|person| &person.basis));
    let values = [
        person.map_or("", |person| &person.name),
        person.map_or("", |person| &person.address),
        person.map_or("", |person| &person.phone),
        basis.map_or("", |(_, value, _)| value),
    ];
    let pairs = KEYS.into_iter().zip(values);
    pairs
        .map(|(key, value)| (key.to_owned(), value.to_owned()))
        .collect()
}

fn person_of(waiting: &WaitingPetitioner) -> Option<Person> {
    minicbor::decode(&waiting.person).ok()
}

/// The person that was typed in; none where nothing was, or nothing else than before.
///
/// # Errors
/// The field that is wrong, and why.
pub(crate) fn said(
    texts: &Texts,
    stored: &Texts,
) -> Result<Option<Person>, (&'static str, String)> {
    let of = |texts: &Texts| KEYS.map(|key| normalise(texts.get(key).map_or("", String::as_str)));
    let (typed, before) = (of(texts), of(stored));
    if typed == before {
        return Ok(None);
    }
    let [name, address, phone, basis] = typed;
    if [&name, &address, &phone]
        .into_iter()
        .all(|text| text.is_empty())
    {
        let words = "Muốn bỏ, hãy bấm “Bỏ người kiến nghị” ở trang kiến nghị.";
        let was_none = before[0].is_empty();
        return if was_none {
            Ok(None)
        } else {
            Err((NAME, words.to_owned()))
        };
    }
    let found = BASES.iter().find(|(_, value, _)| *value == basis);
    let person = Person {
        name,
        address,
        phone,
        basis: found.map_or(Basis::Consent, |(basis, ..)| *basis),
        noted_at: browser::now_ms(),
    };
    person.check().map_err(|misfit| {
        let key = KEYS
            .into_iter()
            .find(|key| key.strip_prefix("person_") == Some(&misfit.field));
        (key.unwrap_or(NAME), misfit.reason.to_owned())
    })?;
    if found.is_none() {
        return Err((BASIS, "Hãy hỏi và chọn: cử tri có đồng ý không".to_owned()));
    }
    Ok(Some(person))
}

/// The fields of a form.
pub(crate) fn fields(form: Form) -> AnyView {
    let is_open = KEYS.iter().any(|key| !form.text(key).is_empty());
    let bases = BASES.map(|(_, value, words)| (value.to_owned(), words.to_owned()));
    view! {
        <details class="field" open=is_open data-test="person">
            <summary>"Người kiến nghị (không bắt buộc)"</summary>
            <p class="hint">"Chỉ ghi khi cần trả lời riêng cho người này. Thông tin được gửi riêng về văn phòng; gửi xong, máy này không giữ nữa."</p>
            {fields::line(form, ask(NAME, "Họ và tên", ""))}
            {fields::line(form, ask(ADDRESS, "Địa chỉ", ""))}
            {fields::telephone(form, ask(PHONE, "Số điện thoại", ""))}
            {fields::select(form, ask(BASIS, "Vì sao được ghi", ""), "Chưa chọn", bases.to_vec())}
        </details>
    }
    .into_any()
}

/// What a petition's page says of it.
pub(crate) fn shown(app: App, detail: &Detail, petition: &Petition) -> AnyView {
    let body = match (&detail.petitioner, petition.petitioner) {
        (Some(waiting), _) => waits(app, waiting),
        (None, Some(id)) => {
            let path = format!("/admin/petitions/{}/petitioners/{id}", detail.header.id);
            let read = app.reads_petitioners(&detail.header.unit).then(|| {
                view! { <p class="no-print"><a class="button plain" href=path target="_self" data-test="petitioner">"Xem ở văn phòng"</a></p> }
            });
            view! {
                <p>"Đã gửi riêng về văn phòng. Máy này không giữ."</p>
                {read}
            }
            .into_any()
        }
        (None, None) => return ().into_any(),
    };
    view! {
        <section data-test="petitioner-state">
            <h2>"Người kiến nghị"</h2>
            {body}
        </section>
    }
    .into_any()
}

/// One that waits on this device.
pub(crate) fn waits(app: App, waiting: &WaitingPetitioner) -> AnyView {
    let person = person_of(waiting);
    let facts = person.map_or_else(Vec::new, |person| {
        vec![
            ("Họ và tên", person.name),
            ("Địa chỉ", person.address),
            ("Số điện thoại", person.phone),
        ]
    });
    let facts: Vec<AnyView> = facts
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| {
            view! { <div><dt>{name}</dt><dd>{value.clone()}</dd></div> }.into_any()
        })
        .collect();
    let stands = match waiting.refused {
        Some(code) => view! { <p class="error" data-test="petitioner-refused">{words::refusal_of_petitioner(code)}</p> }.into_any(),
        None => view! { <p>"Chưa gửi về văn phòng. Gửi xong, máy này không giữ nữa."</p> }.into_any(),
    };
    view! {
        {stands}
        <dl class="summary">{facts}</dl>
        {drop_button(app, waiting)}
    }
    .into_any()
}

fn drop_button(app: App, waiting: &WaitingPetitioner) -> AnyView {
    let (id, petition) = (waiting.id, waiting.petition);
    let sure = RwSignal::new(false);
    let failure = RwSignal::new(None::<Failure>);
    let drop_it = move |_| {
        if !sure.get_untracked() {
            return sure.set(true);
        }
        browser::spawn(async move {
            // A petition that is not on this device any more stays as it is.
            let none = Edit::new(PETITIONER, Value::Empty);
            let none = Save::field(petition, Kind::Petition, none);
            let _ = worker::call(Command::Save(none)).await;
            match worker::call(Command::DropPetitioner(id)).await {
                Ok(_) => app.changed.update(|count| *count += 1),
                Err(why) => failure.set(Some(why)),
            }
        });
    };
    view! {
        {notices::failure_notice(failure)}
        <p class="no-print">
            <button type="button" class="button danger" data-test="petitioner-drop" on:click=drop_it>
                {move || if sure.get() { "Bỏ hẳn, không lấy lại được" } else { "Bỏ người kiến nghị" }}
            </button>
        </p>
    }
    .into_any()
}
