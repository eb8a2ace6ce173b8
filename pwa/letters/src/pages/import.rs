//! `/letters/import`: petitions out of the offices' spreadsheets, seen row by row before anything is taken over.

use std::sync::Arc;

use kiennghi_frame::app::App;
use kiennghi_frame::failure::{Failure, Step};
use kiennghi_frame::frame::{Frame, frame};
use kiennghi_frame::query::Query;
use kiennghi_messages::{Cause, DeskAnswer, DeskCommand, Request};
use kiennghi_page::chosen::Chosen;
use kiennghi_page::worker;
use kiennghi_parts::fields::{Field, Label};
use kiennghi_parts::live::live;
use kiennghi_shared::access::Verb;
use kiennghi_shared::code::Code;
use kiennghi_shared::import::PetitionImport;
use kiennghi_shared::limits::SPREADSHEET_BYTES_MAX;
use kiennghi_shared::schema::Kind;
use leptos::ev::Event;
use leptos::prelude::*;

use super::import_rows::preview;
use crate::browser;

/// The page.
pub(super) fn page(app: App) -> AnyView {
    let units = app.units_where(Verb::Write, Kind::Petition);
    let first = units.first().map(|(code, _)| code.as_str());
    let import = Import {
        unit: Field::new("unit", first.unwrap_or_default()),
        step: Step::new(),
        file: StoredValue::new(Vec::new()),
        shown: RwSignal::new(None),
        made: RwSignal::new(None),
    };
    // Names of places mean something else in another unit.
    Effect::new(move |before: Option<String>| {
        let unit = import.unit.watched();
        if before.is_some_and(|before| before != unit) {
            import.look();
        }
        unit
    });
    let choice = (units.len() > 1).then(|| {
        let label = Label(
            "Đơn vị",
            "Tên xã, thôn trong bảng được tìm trong đơn vị này và các đơn vị trực thuộc.",
        );
        import.unit.choice(label, units)
    });
    let shown = live(move || {
        let shown = import.shown.get()?;
        Some(untrack(|| {
            preview(app, &shown, import.step, move || import.take_over())
        }))
    });
    let body = view! {
        <p>"Dòng đầu của bảng có các cột: STT; Nội dung; Địa phương; Lĩnh vực; Bộ, ngành; Công văn; số; Kỳ họp; Trước/Sau. Mỗi dòng dưới đó là một kiến nghị. Chưa có gì được nhận cho đến khi bạn xem và bấm “Nhận”."</p>
        {choice}
        <div class="field">
            <label for="field-file">"Bảng tính Excel (.xlsx)"</label>
            <p class="hint" id="hint-file">"Nhiều nhất 2.000 dòng, 2 MB. Tệp .xls hay .ods: hãy mở ra rồi lưu lại thành .xlsx."</p>
            <input id="field-file" name="file" type="file" accept=".xlsx" aria-describedby="hint-file"
                on:click=|event| Chosen::forget(&event) on:change=move |event| import.choose(&event) />
        </div>
        {import.step.failure()}
        <div role="status">{import.state()}</div>
        {shown}
    };
    frame(
        app,
        Frame::below("Nhập từ Excel", "/consolidation"),
        body.into_any(),
    )
}

#[derive(Clone, Copy)]
struct Import {
    unit: Field,
    step: Step,
    /// The spreadsheet that was chosen.
    file: StoredValue<Vec<u8>>,
    /// What its rows would make.
    shown: RwSignal<Option<Arc<PetitionImport>>>,
    /// How many petitions were made.
    made: RwSignal<Option<u64>>,
}

impl Import {
    fn choose(self, event: &Event) {
        self.file.set_value(Vec::new());
        self.shown.set(None);
        self.made.set(None);
        let Some(chosen) = Chosen::of(event) else {
            return;
        };
        self.step.take(async move {
            self.file.set_value(read(&chosen).await?);
            self.show(self.ask(false).await?);
            Ok(())
        });
    }

    /// Asks anew what the rows would make.
    fn look(self) {
        self.shown.set(None);
        if self.file.with_value(Vec::is_empty) {
            return;
        }
        self.step.take(async move {
            self.show(self.ask(false).await?);
            Ok(())
        });
    }

    fn take_over(self) {
        self.step.take(async move {
            let came = self.ask(true).await?;
            if came.is_wrong() || came.made == 0 {
                // Something changed since it was shown.
                self.show(came);
                return Ok(());
            }
            self.shown.set(None);
            self.made.set(Some(came.made));
            browser::soon(|| browser::focus("made"));
            Ok(())
        });
    }

    fn show(self, came: PetitionImport) {
        self.shown.set(Some(Arc::new(came)));
        browser::soon(|| browser::focus("preview"));
    }

    async fn ask(self, confirm: bool) -> Result<PetitionImport, Failure> {
        let confirm = if confirm { "true" } else { "" };
        let query = Query::default().with("unit", self.unit.get());
        let path = query.with("confirm", confirm).behind("petitions/imports");
        let request = Request {
            method: "POST".to_owned(),
            path: format!("/api/v1/{path}"),
            body: Some((
                "application/octet-stream".to_owned(),
                self.file.get_value().into(),
            )),
        };
        match worker::ask(DeskCommand::Ask(request)).await {
            Ok(DeskAnswer::Office(bytes)) => {
                minicbor::decode(&bytes).map_err(|_| worker::unexpected().into())
            }
            Ok(_) => Err(worker::unexpected().into()),
            Err(told) => Err(in_words(told.into())),
        }
    }

    fn state(self) -> AnyView {
        live(move || {
            if self.step.is_busy() {
                return Some(view! { <p class="muted">"Đang xem bảng tính…"</p> }.into_any());
            }
            let made = self.made.get()?;
            Some(view! {
                <p class="notice ok" id="made" tabindex="-1" data-test="made" data-made=made.to_string()>
                    {format!("Đã nhận {made} kiến nghị từ bảng tính. ")}
                    <a href="/consolidation">"Xem ở phần Chờ tổng hợp"</a>
                </p>
            }
            .into_any())
        })
    }
}

/// The bytes of what was chosen, if it can be a spreadsheet.
async fn read(chosen: &Chosen) -> Result<Vec<u8>, Failure> {
    let name = chosen.name().to_lowercase();
    if !name.ends_with(".xlsx") {
        return Err(Failure::said(
            "Tệp này không phải .xlsx. Hãy mở nó trong Excel hoặc LibreOffice rồi lưu lại thành .xlsx.",
        ));
    }
    match chosen.size() {
        0 => return Err(Failure::said("Tệp này trống. Hãy chọn tệp khác.")),
        size if size > SPREADSHEET_BYTES_MAX as u64 => {
            return Err(Failure::said(
                "Tệp này lớn hơn 2 MB. Hãy chia thành nhiều bảng tính nhỏ hơn.",
            ));
        }
        _ => {}
    }
    let bytes = chosen.bytes().await;
    bytes.ok_or_else(|| {
        Failure::said("Không đọc được tệp: nó đã bị đổi hoặc xoá sau khi chọn. Hãy chọn lại.")
    })
}

fn in_words(failure: Failure) -> Failure {
    match failure.0.cause {
        Cause::Server(Code::Malformed) => Failure::said(
            "Không đọc được tệp này. Hãy mở nó trong Excel hoặc LibreOffice, xem có đúng là bảng kiến nghị không, rồi lưu lại thành .xlsx.",
        ),
        Cause::Server(Code::TooLarge) => Failure::said(
            "Bảng tính có quá 2.000 dòng hoặc quá lớn. Hãy chia thành nhiều bảng tính nhỏ hơn.",
        ),
        _ => failure,
    }
}
