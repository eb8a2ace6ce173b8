//! `/admin/petitions/:id/petitioners/:id`: who stands behind a petition. Read on record, put right, and erased
//! for good with a receipt.

use kiennghi_shared::access::{Thing, Verb};
use kiennghi_shared::code::Code;
use kiennghi_shared::id::DocumentId;
use kiennghi_shared::petitioner::{
    Basis, ErasureReceipt, ErasureWanted, Person, Sending, Shown as Stored,
};
use leptos::prelude::*;

use crate::browser;
use crate::fields::{Field, Label};
use crate::frame::Frame;
use crate::loaded;
use crate::office::Office;
use crate::server::{self, Failure};
use crate::steps::{Question, Step, ask_first};
use crate::time;

/// How far the page has come.
#[derive(Clone)]
enum Stage {
    /// Nothing was read yet, since each reading is on record.
    Closed,
    /// What the office has.
    Open(Stored),
    /// Nothing: the phone has not sent it yet, or it is not this person's to read.
    Nothing,
    /// It was erased; with the receipt of an erasure from here.
    Erased(Option<ErasureReceipt>),
}

/// Which petitioner, and how far the page has come with it.
#[derive(Clone, Copy)]
struct View {
    office: Office,
    petition: DocumentId,
    petitioner: DocumentId,
    stage: RwSignal<Stage>,
    step: Step,
}

/// The page.
pub(crate) fn page(office: Office, petition: DocumentId, petitioner: DocumentId) -> AnyView {
    let right = Some((Verb::Read, Thing::Petitioner));
    let frame = Frame::below("Người kiến nghị", "/admin");
    loaded::page(office, frame, right, move |loaded| {
        let view = View {
            office,
            petition,
            petitioner,
            stage: RwSignal::new(Stage::Closed),
            step: Step::new(),
        };
        let erases = loaded.may(Verb::Erase, Thing::Petitioner);
        let content = move || {
            match view.stage.get() {
            Stage::Closed => view.closed(),
            Stage::Open(stored) => view.open(&stored),
            Stage::Nothing => {
                view! { <p data-test="not-here">"Văn phòng chưa có thông tin này: máy ghi chưa gửi, hoặc không thuộc phần việc của bạn."</p> }
                    .into_any()
            }
            Stage::Erased(receipt) => erased(receipt),
        }
        };
        let is_left = move || !matches!(view.stage.get(), Stage::Erased(_));
        let erasing = move || (erases && is_left()).then(|| untrack(|| view.erasing()));
        view! {
            <p><a href=format!("/petitions/{petition}") target="_self">"Xem kiến nghị"</a></p>
            {content}
            {erasing}
        }
        .into_any()
    })
}

impl View {
    fn path(self) -> String {
        format!("/api/v1/petitioners/{}", self.petitioner)
    }

    fn closed(self) -> AnyView {
        let read = move || self.step.take(async move { self.read().await });
        view! {
            <p>"Họ tên, địa chỉ và số điện thoại được cất riêng. Mỗi lần xem đều được ghi vào nhật ký."</p>
            {self.step.failure()}
            <p>{self.step.button("read", "primary", "Xem thông tin", read)}</p>
        }
        .into_any()
    }

    async fn read(self) -> Result<(), Failure> {
        let stage = match server::get::<Stored>(&self.path()).await {
            Ok(stored) => Stage::Open(stored),
            Err(Failure::Refused(Code::NotFound)) => Stage::Nothing,
            Err(Failure::Refused(Code::Gone)) => Stage::Erased(None),
            Err(failure) => return Err(failure),
        };
        self.stage.set(stage);
        Ok(())
    }

    /// What the office has, in a form to put it right.
    fn open(self, stored: &Stored) -> AnyView {
        let person = stored.person.clone();
        let name = Field::new("name", &person.name);
        let address = Field::new("address", &person.address);
        let phone = Field::new("phone", &person.phone);
        let step = Step::new();
        let (unit, follows) = (stored.unit.clone(), stored.version);
        let basis = match person.basis {
            Basis::Consent => "Cử tri đồng ý",
            Basis::PublicTask => "Không ghi thì không giải quyết được",
        };
        let noted = format!("{basis} · ghi lúc {}", time::moment(person.noted_at));
        let submit = move || {
            let Some(name) = name.required("Hãy nhập họ tên.") else {
                return;
            };
            let sending = Sending {
                unit: unit.clone(),
                petition: self.petition,
                follows,
                person: Person {
                    name,
                    address: address.get(),
                    phone: phone.get(),
                    ..person.clone()
                },
            };
            step.take(async move {
                server::put(&self.path(), &sending).await?;
                let Sending {
                    unit,
                    petition,
                    follows,
                    person,
                } = sending;
                let version = follows + 1;
                self.stage.set(Stage::Open(Stored {
                    unit,
                    petition,
                    version,
                    person,
                }));
                self.office
                    .said
                    .set(Some("Đã ghi thông tin mới.".to_owned()));
                Ok(())
            });
        };
        let fields = view! {
            {name.line(Label("Họ và tên", ""))}
            {address.line(Label("Địa chỉ", ""))}
            {phone.line(Label("Số điện thoại", ""))}
            <p class="muted">{noted}</p>
        };
        step.form(fields.into_any(), "Ghi sửa đổi", submit)
    }

    fn erasing(self) -> AnyView {
        let reason = Field::new("reason", "");
        let with_petition = RwSignal::new(false);
        let step = Step::new();
        let erase = move || {
            let Some(reason) = reason.required("Hãy nhập căn cứ xoá.") else {
                return;
            };
            let wanted = ErasureWanted {
                reason,
                petition: self.petition,
                with_petition: with_petition.get_untracked(),
            };
            step.take(async move {
                let path = format!("{}/erase", self.path());
                let receipt = server::post(&path, &wanted).await?;
                self.office.said.set(None);
                self.stage.set(Stage::Erased(Some(receipt)));
                browser::scroll_to(0.0);
                Ok(())
            });
        };
        view! {
            <h2>"Xoá theo yêu cầu"</h2>
            <p>"Thông tin bị xoá khỏi máy chủ, không mở được từ bản sao lưu nào nữa, và máy chưa gửi cũng không gửi được."</p>
            {reason.line(Label("Căn cứ", "Số đơn, ngày tháng. Không ghi họ tên."))}
            <label class="check">
                <input type="checkbox" name="with_petition" on:change=move |event| with_petition.set(event_target_checked(&event)) />
                "Xoá cả kiến nghị, vì nội dung cho biết người đó là ai"
            </label>
            {step.failure()}
            {ask_first(step, "erase", ERASE, erase)}
        }
        .into_any()
    }
}

const ERASE: Question = Question {
    test: "erase",
    button: "Xoá vĩnh viễn",
    question: "Xoá vĩnh viễn? Không ai lấy lại được, kể cả từ bản sao lưu.",
    yes: "Xoá vĩnh viễn",
};

/// That it was erased, and the receipt for who asked for it.
fn erased(receipt: Option<ErasureReceipt>) -> AnyView {
    let receipt = receipt.map(|receipt| {
        let facts = [
            ("Mã người kiến nghị", receipt.petitioner.to_string()),
            ("Xoá lúc", time::moment(receipt.at)),
            ("Chữ ký của máy chủ", receipt.signature),
            ("Khoá để kiểm chữ ký", receipt.key),
        ];
        let facts = facts.map(|(name, value)| {
            view! { <div><dt>{name}</dt><dd class="link-text">{value}</dd></div> }.into_any()
        });
        view! {
            <h2>"Giấy xác nhận xoá"</h2>
            <dl class="summary" data-test="receipt">{Vec::from(facts)}</dl>
            <p class="no-print"><button type="button" class="button" data-test="print" on:click=|_| browser::print()>"In giấy xác nhận"</button></p>
        }
    });
    view! {
        <p class="notice ok" role="status" data-test="erased">"Thông tin người kiến nghị đã được xoá vĩnh viễn."</p>
        {receipt}
    }
    .into_any()
}
