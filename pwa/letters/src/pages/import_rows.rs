//! What the rows of a spreadsheet would make, in words: the counts, what is to be done, and each row.

use kiennghi_frame::app::App;
use kiennghi_frame::failure::Step;
use kiennghi_frame::words;
use kiennghi_parts::table;
use kiennghi_shared::catalogue::{PHASES, name_of};
use kiennghi_shared::import::{PetitionImport, PetitionImportRow, RowStatus};
use leptos::prelude::*;

/// Rows that are shown at once, what is wrong first.
const ROWS_SHOWN: usize = 200;

/// In the order in which rows are shown and counted.
const STATUSES: [(RowStatus, &str, &str); 5] = [
    (RowStatus::Wrong, "wrong", "Chưa đúng"),
    (RowStatus::New, "new", "Mới"),
    (RowStatus::There, "there", "Đã có"),
    (RowStatus::Repeated, "repeated", "Lặp lại dòng trên"),
    (
        RowStatus::Erased,
        "erased",
        "Đã xoá trước đây, không nhận lại",
    ),
];

fn status(wanted: RowStatus) -> (usize, &'static str, &'static str) {
    let place = STATUSES.iter().position(|(status, ..)| *status == wanted);
    let place = place.unwrap_or_default();
    let (_, name, words) = STATUSES[place];
    (place, name, words)
}

/// The preview; `take_over` has it made.
pub(super) fn preview(
    app: App,
    import: &PetitionImport,
    step: Step,
    take_over: impl Fn() + Send + Sync + 'static,
) -> AnyView {
    let count = |wanted| {
        let rows = import.rows.iter();
        rows.filter(|row| row.status == wanted).count()
    };
    let (wrong, new) = (count(RowStatus::Wrong), count(RowStatus::New));
    let (class, words) = if !import.problem.is_empty() {
        (
            "notice error",
            format!("{} Chưa có gì được nhận.", import.problem),
        )
    } else if import.rows.is_empty() {
        (
            "notice error",
            "Bảng tính không có dòng nào dưới dòng tiêu đề.".to_owned(),
        )
    } else if wrong > 0 {
        let words = format!(
            "{wrong} dòng chưa đúng. Hãy sửa trong bảng tính, lưu lại rồi chọn lại tệp. Chưa có gì được nhận."
        );
        ("notice error", words)
    } else if new == 0 {
        (
            "notice ok",
            "Không có gì mới để nhận: mọi kiến nghị trong bảng đã có sẵn.".to_owned(),
        )
    } else {
        (
            "notice",
            format!("{new} kiến nghị mới. Hãy xem lại rồi bấm “Nhận”."),
        )
    };
    let is_ready = !import.is_wrong() && new > 0;
    let write =
        is_ready.then(|| view! { <p>{step.button("take-over", "primary", "Nhận", take_over)}</p> });
    let counts: Vec<AnyView> = STATUSES
        .iter()
        .map(|(status, name, words)| (*name, *words, count(*status)))
        .filter(|(.., count)| *count > 0)
        .map(|(name, words, count)| {
            view! { <div data-field=name><dt>{words}</dt><dd>{count}</dd></div> }.into_any()
        })
        .collect();
    let others = (!import.other_sheets.is_empty()).then(|| {
        let words = format!(
            "Chỉ đọc trang tính đầu tiên. Chưa đọc: {}.",
            import.other_sheets.join(", ")
        );
        view! { <p class="notice" data-test="other-sheets">{words}</p> }
    });
    view! {
        <p class=class role="status" id="preview" tabindex="-1" data-test="preview">{words}</p>
        {others}
        {write}
        <dl class="facts">{counts}</dl>
        {rows(app, &import.rows)}
    }
    .into_any()
}

fn rows(app: App, rows: &[PetitionImportRow]) -> AnyView {
    if rows.is_empty() {
        return ().into_any();
    }
    let mut ordered: Vec<&PetitionImportRow> = rows.iter().collect();
    ordered.sort_by_key(|row| status(row.status).0);
    let hidden = ordered.len().saturating_sub(ROWS_SHOWN);
    let shown: Vec<AnyView> = ordered
        .into_iter()
        .take(ROWS_SHOWN)
        .map(|row| shown(app, row))
        .collect();
    let more = (hidden > 0).then(|| view! { <p>{format!("và {hidden} dòng nữa")}</p> });
    let heads = ["Dòng", "Sẽ thế nào", "Địa phương", "Nội dung", "Kỳ họp"];
    view! { {table::table("Các dòng của bảng tính", &heads, shown.into_any())}{more} }.into_any()
}

fn shown(app: App, row: &PetitionImportRow) -> AnyView {
    let (_, name, words) = status(row.status);
    let problems: Vec<AnyView> = row
        .problems
        .iter()
        .map(|problem| {
            let words = match problem.column.as_str() {
                "" => problem.problem.clone(),
                column => format!("Cột {column}: {}", problem.problem),
            };
            view! { <p class="error">{words}</p> }.into_any()
        })
        .collect();
    let place = [row.village.as_str(), row.unit_name.as_str()];
    let place: Vec<&str> = place.into_iter().filter(|part| !part.is_empty()).collect();
    let session = [
        words::session(app, &row.session),
        name_of(PHASES, &row.phase).to_owned(),
    ];
    let session: Vec<String> = session
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect();
    let becomes = view! { <div>{words}{problems}</div> };
    let cells = vec![
        table::said("Dòng", row.row.to_string()),
        table::cell("Sẽ thế nào", becomes.into_any()),
        table::said("Địa phương", place.join(", ")),
        table::said("Nội dung", row.content.clone()),
        table::said("Kỳ họp", session.join(" · ")),
    ];
    table::row("import-row", name.to_owned(), cells)
}
