//! Closing a case (kết thúc theo dõi): what keeps it open all the same, and what speaks against it and is asked about first.

use kiennghi_frame::words;
use kiennghi_parts::live::button_of;
use kiennghi_shared::casefile::{Content, Missing};
use kiennghi_shared::catalogue::{CHECKS, REACTIONS, RESOLUTIONS, name_of};
use leptos::prelude::*;

use crate::judged::Judged;

/// What keeps cases open although supervision would close them.
pub(crate) fn hindered(cases: &[Judged]) -> AnyView {
    let items = lines(cases, |judged| {
        let standing = &judged.row.standing;
        let missing = standing.missing.iter();
        let mut reasons: Vec<String> = match standing.answer {
            None => vec!["chưa có trả lời".to_owned()],
            Some(_) => missing
                .filter(|missing| **missing != Missing::Verdict)
                .map(|missing| words::within(words::missing(*missing)))
                .collect(),
        };
        if standing.is_disputed {
            reasons.push("ý kiến “chưa giải quyết được” ghi trước ngày kết luận".to_owned());
        }
        reasons
    });
    if items.is_empty() {
        return ().into_any();
    }
    view! {
        <div class="notice warning" data-test="not-closing">
            <p>"Kết luận vẫn được ghi, nhưng vụ việc chưa kết thúc ngay, vì còn thiếu:"</p>
            <ul>{items}</ul>
        </div>
    }
    .into_any()
}

/// What speaks against closing these cases when they are said to be `resolved` so far, each in words.
pub(crate) fn against(cases: &[Judged], resolved: &str) -> Vec<String> {
    let mut reasons = Vec::new();
    if !matches!(resolved, "" | "for-good") {
        let said = name_of(RESOLUTIONS, resolved);
        reasons.push(format!("Kết luận này ghi mức độ giải quyết “{said}”."));
    }
    let disputed = cases.iter().filter_map(|judged| {
        let by = judged.row.standing.disputed_by?;
        let said = match judged.says(by) {
            Some(Content::Check(check)) => {
                format!("kiểm tra tại chỗ ghi “{}”", name_of(CHECKS, &check.holds))
            }
            Some(Content::Notice(notice)) => {
                format!("cử tri nói “{}”", name_of(REACTIONS, &notice.reaction))
            }
            _ => "cử tri hoặc kiểm tra tại chỗ nói chưa giải quyết được".to_owned(),
        };
        Some(format!("{}: {said}.", judged.row.case.code))
    });
    reasons.extend(disputed);
    reasons
}

/// The question before a case is closed against that; `yes` does it, `no` goes back to the form.
pub(crate) fn question(
    reasons: Vec<String>,
    yes: impl Fn() + Send + Sync + 'static,
    no: impl Fn() + Send + Sync + 'static,
) -> AnyView {
    let reasons: Vec<AnyView> = reasons
        .into_iter()
        .map(|reason| view! { <li>{reason}</li> }.into_any())
        .collect();
    view! {
        <div class="notice warning" role="group" aria-label="Kết thúc theo dõi?" id=QUESTION tabindex="-1" data-test="closing">
            <p><strong>"Kết thúc theo dõi, dù còn những điều sau?"</strong></p>
            <ul>{reasons}</ul>
            <p>"Nếu ghi, vụ việc không được theo dõi tiếp ở kỳ họp sau; đủ điều kiện thì kết thúc và rời khỏi mọi danh sách việc cần làm. Muốn theo dõi tiếp, hãy chọn “Chuyển kỳ sau theo dõi tiếp”."</p>
            <p class="actions">
                {button_of("yes", "primary", "Vẫn kết thúc".into_any(), false, Box::new(yes))}
                {button_of("no", "plain", "Xem lại".into_any(), false, Box::new(no))}
            </p>
        </div>
    }
    .into_any()
}

/// Where the question stands.
pub(crate) const QUESTION: &str = "closing";

/// A line for each case that there are reasons of.
fn lines(cases: &[Judged], reasons: impl Fn(&Judged) -> Vec<String>) -> Vec<AnyView> {
    let lines = cases.iter().filter_map(|judged| {
        let reasons = reasons(judged);
        let words = format!("{}: {}.", judged.row.case.code, reasons.join("; "));
        (!reasons.is_empty()).then(|| view! { <li>{words}</li> }.into_any())
    });
    lines.collect()
}
