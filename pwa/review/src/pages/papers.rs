//! `/review/papers`: what goes out on paper, by period and unit, with a word about what each is.

use kiennghi_frame::app::App;
use kiennghi_frame::failure::actions;
use kiennghi_frame::files::Files;
use kiennghi_frame::filters::filters;
use kiennghi_frame::frame::{Frame, frame};
use kiennghi_frame::period::{self, Kind};
use kiennghi_frame::query::{Query, followed};
use kiennghi_parts::fields::{Field, Label};
use kiennghi_parts::live::live;
use kiennghi_shared::access::{Thing, Verb};
use leptos::prelude::*;

use crate::{browser, time};

/// A paper: what it is called, what it is, and the files that it is had as.
struct Paper {
    title: &'static str,
    about: &'static str,
    buttons: &'static [Button],
}

/// A file: what tests call it, what its button says, and its name at the server.
struct Button {
    test: &'static str,
    title: &'static str,
    file: &'static str,
}

const REPORT: Paper = Paper {
    title: "Báo cáo tổng hợp ý kiến, kiến nghị của cử tri",
    about: "Văn bản theo thể thức hành chính, có sẵn số liệu và bốn phụ lục, để sửa lời rồi trình ký.",
    buttons: &[Button {
        test: "report",
        title: "Tải báo cáo (.docx)",
        file: "consolidation.docx",
    }],
};

const ANNEXES: Paper = Paper {
    title: "Phụ lục I–IV",
    about: "I: tất cả kiến nghị. II: thuộc thẩm quyền cấp trên. III: đã trả lời, kèm cơ quan và văn bản trả lời. IV: thuộc thẩm quyền cấp dưới. Mỗi phụ lục là một trang tính.",
    buttons: &[Button {
        test: "annexes",
        title: "Tải phụ lục (.xlsx)",
        file: "annexes.xlsx",
    }],
};

const TABLES: Paper = Paper {
    title: "Bảng số liệu",
    about: "Giao ban; số kiến nghị theo đơn vị, lĩnh vực; kết quả trả lời theo cơ quan; văn bản đã gửi, vụ việc tồn qua nhiều kỳ họp, giám sát và ngày nhận báo cáo, tuỳ quyền xem của bạn.",
    buttons: &[
        Button {
            test: "tables",
            title: "Tải bảng số liệu (.xlsx)",
            file: "tables.xlsx",
        },
        Button {
            test: "tables-docx",
            title: "Tải bảng số liệu (.docx)",
            file: "tables.docx",
        },
    ],
};

/// The papers that the person may have.
fn papers(app: App) -> Vec<Paper> {
    let mut papers = Vec::new();
    if app.reads_cases() {
        papers.extend([REPORT, ANNEXES]);
    }
    if app.reads_reports() {
        papers.push(TABLES);
    }
    papers
}

/// Whether the person may have any.
pub(super) fn is_for(app: App) -> bool {
    !papers(app).is_empty()
}

/// The days of a period that is typed in.
#[derive(Clone, Copy)]
struct Days {
    from: Field,
    to: Field,
}

fn is_own(query: &Query) -> bool {
    Kind::named(query.get("kind")) == Kind::Own
}

impl Days {
    /// The controls, for as long as they are wanted.
    fn view(self, query: RwSignal<Query>) -> AnyView {
        let own = Memo::new(move |_| query.with(is_own));
        live(move || {
            own.get().then(|| {
                view! { {self.from.day(Label("Từ ngày", ""))}{self.to.day(Label("Đến ngày", ""))} }
                    .into_any()
            })
        })
    }

    /// What the server is asked for.
    fn asked(self, app: App, query: &Query) -> Query {
        let asked = Query::default();
        match period::of_query(app, query) {
            Some(period) => period.narrow(asked),
            None if is_own(query) => asked
                .with("from", self.from.get())
                .with("to", self.to.get()),
            None => asked,
        }
    }
}

/// The page.
pub(super) fn page(app: App) -> AnyView {
    let units = app.units_of(Verb::Read, Thing::Reports);
    let first = units.first().map(|(code, _)| code.as_str());
    let unit = Field::new("unit", first.unwrap_or_default());
    let query = followed("/review/papers", &["kind", "period"]);
    let today = time::stored_day(browser::now_ms());
    let year = today.get(..4).unwrap_or_default();
    let days = Days {
        from: Field::new("from", &format!("{year}-01-01")),
        to: Field::new("to", &today),
    };
    let choice = (units.len() > 1)
        .then(|| unit.choice(Label("Đơn vị", "Tính cả các đơn vị trực thuộc."), units));
    let files = Files::new();
    let shown: Vec<AnyView> = papers(app)
        .into_iter()
        .map(|paper| {
            let buttons = paper.buttons.iter().map(|button| {
                let path = move || {
                    query
                        .with_untracked(|query| days.asked(app, query))
                        .with("unit", unit.get())
                        .behind(&format!("reports/{}", button.file))
                };
                files.button(button.test, "", button.title, path)
            });
            let buttons = actions(buttons.collect());
            view! {
                <section class="panel">
                    <h2>{paper.title}</h2>
                    <p>{paper.about}</p>
                    {buttons}
                </section>
            }
            .into_any()
        })
        .collect();
    let body = view! {
        {filters(period::controls(app, query, &[]))}
        {days.view(query)}
        <p class="hint">"Tính theo ngày cử tri nêu kiến nghị."</p>
        {choice}
        {files.outcome()}
        {shown}
        <p>"Công văn chuyển, đôn đốc: tải ở trang của từng văn bản. Tờ thông tin tới cử tri: tải ở trang của từng vụ việc."</p>
    };
    frame(app, Frame::part("Báo cáo, biểu mẫu"), body.into_any())
}
