//! `/admin/import`: users out of a spreadsheet, seen row by row before anything is written.

use std::sync::Arc;

use kiennghi_shared::access::{Thing, Verb};
use kiennghi_shared::administration::{Change, ImportPreview, ImportRow};
use kiennghi_shared::code::Code;
use leptos::ev::Event;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;

use super::new_user::make;
use crate::browser;
use crate::frame::Frame;
use crate::loaded::{self, Loaded};
use crate::office::Office;
use crate::server::{self, Failure};
use crate::steps::Step;
use crate::words;

/// The page.
pub(crate) fn page(office: Office) -> AnyView {
    let preview = RwSignal::new(None::<ImportPreview>);
    let right = Some((Verb::Write, Thing::Users));
    let frame = Frame::below("Nhập người dùng từ bảng tính", "/admin/users").wide();
    loaded::page(office, frame, right, move |loaded| {
        let step = Step::new();
        let chosen = move |event: Event| {
            let input = event
                .target()
                .and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
            let file = input.and_then(|input| input.files()?.get(0));
            preview.set(None);
            let Some(file) = file else {
                return;
            };
            step.take(async move {
                let came = server::post_file("/api/v1/administration/imports", &file).await;
                preview.set(Some(came.map_err(in_words)?));
                browser::soon(|| browser::focus("preview"));
                Ok(())
            });
        };
        let shown = move || {
            let loaded = Arc::clone(&loaded);
            preview
                .get()
                .map(|preview| rows(office, &loaded, step, &preview))
        };
        view! {
            <p>"Dòng đầu của bảng có các cột: Họ tên, Vai trò, Đơn vị; nếu có: Tên đăng nhập, Từ ngày, Đến ngày. Chưa có gì được ghi cho đến khi bạn xem và bấm “Ghi”."</p>
            <div class="field">
                <label for="field-file">"Bảng tính .xlsx (tệp .xls hay .ods: hãy mở ra rồi lưu lại thành .xlsx)"</label>
                <input id="field-file" name="file" type="file" accept=".xlsx" on:change=chosen />
            </div>
            {step.failure()}
            {shown}
        }
        .into_any()
    })
}

fn in_words(failure: Failure) -> Failure {
    match failure {
        Failure::Refused(Code::Malformed) => Failure::Here(
            "Không đọc được tệp này. Hãy kiểm tra đó là bảng tính .xlsx (tệp .xls hay .ods: mở ra rồi lưu lại thành .xlsx) và dòng đầu có các cột Họ tên, Vai trò, Đơn vị.",
        ),
        Failure::Refused(Code::TooLarge) => {
            Failure::Here("Bảng tính quá lớn. Hãy chia nhỏ rồi nhập từng phần.")
        }
        failure => failure,
    }
}

fn rows(office: Office, loaded: &Loaded, step: Step, preview: &ImportPreview) -> AnyView {
    let wrong = preview
        .rows
        .iter()
        .filter(|row| !row.problem.is_empty())
        .count();
    let changes: Vec<Change> = preview
        .rows
        .iter()
        .flat_map(|row| row.changes.iter().cloned())
        .collect();
    let table: Vec<AnyView> = preview.rows.iter().map(|row| shown(loaded, row)).collect();
    let (count, class, words) = if wrong > 0 {
        let words = format!(
            "{wrong} dòng chưa đúng. Hãy sửa trong bảng tính rồi chọn lại tệp: chưa có gì được ghi."
        );
        (0, "notice error", words)
    } else if changes.is_empty() {
        (
            0,
            "notice ok",
            "Không có gì mới: mọi dòng đã có sẵn.".to_owned(),
        )
    } else {
        let words = format!(
            "{} dòng, {} thay đổi. Hãy xem lại rồi bấm “Ghi”.",
            preview.rows.len(),
            changes.len()
        );
        (changes.len(), "notice", words)
    };
    let write = (count > 0).then(|| {
        let write = move || {
            let changes = changes.clone();
            step.take(async move {
                make(changes).await?;
                office.done_at(
                    "/admin/users",
                    format!("Đã ghi {count} thay đổi từ bảng tính."),
                );
                Ok(())
            });
        };
        view! {
            <p>{step.button("write", "primary", "Ghi", write)}</p>
        }
    });
    view! {
        <p class=class role="status" id="preview" tabindex="-1" data-test="preview">{words}</p>
        {write}
        <div class="table-scroll" tabindex="0" role="region" aria-label="Các dòng của bảng tính">
            <table class="table cards">
                <thead><tr><th>"Dòng"</th><th>"Họ tên"</th><th>"Tên đăng nhập"</th><th>"Sẽ làm gì"</th></tr></thead>
                <tbody>{table}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn shown(loaded: &Loaded, row: &ImportRow) -> AnyView {
    let what = if row.problem.is_empty() {
        let changes = row.changes.iter();
        let changes: Vec<String> = changes
            .map(|change| words::change(loaded, change))
            .collect();
        let words = if changes.is_empty() {
            "Đã có sẵn".to_owned()
        } else {
            changes.join("; ")
        };
        view! { <span>{words}</span> }.into_any()
    } else {
        view! { <span class="error">{row.problem.clone()}</span> }.into_any()
    };
    view! {
        <tr data-test="import-row">
            <td data-label="Dòng">{row.row}</td>
            <td data-label="Họ tên">{row.display.clone()}</td>
            <td data-label="Tên đăng nhập">{row.name.clone()}</td>
            <td data-label="Sẽ làm gì">{what}</td>
        </tr>
    }
    .into_any()
}
