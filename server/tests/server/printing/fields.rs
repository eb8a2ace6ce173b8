//! Fields of work in what is printed: those of today, and ended ones for as long as what is reported has them.

use kiennghi_shared::field_of_work::FieldOfWork;
use kiennghi_shared::schema::Kind;

use super::printed::{Printed, row};
use crate::fields_of_work::{field, keep};

const ANNEXES: &str = "/api/v1/reports/annexes.xlsx";
const TABLES: &str = "/api/v1/reports/tables.xlsx";

/// The heads of the columns that are ticked, and the ticks of the row that has this content.
async fn ticks(printed: &Printed, content: &str) -> Vec<(String, String)> {
    let sheets = printed.sheets("committee", ANNEXES).await;
    let rows = &sheets[0].1;
    let found = rows.iter().find(|row| row[3].contains(content));
    let last = rows[3].len() - 1;
    let found = found.expect("a row")[4..last].iter().cloned();
    rows[4][4..last].iter().cloned().zip(found).collect()
}

#[tokio::test]
async fn a_new_root_has_a_column_and_an_ended_one_while_it_is_needed() {
    let printed = Printed::new();
    let store = printed.office.server.bench.store.clone();
    keep(
        &*store,
        &field("du-lich", "Du lịch", "Du lịch, dịch vụ"),
        "justice",
    );
    let justice = FieldOfWork {
        valid_to: Some("2020-01-01".to_owned()),
        ..field("justice", "Tư pháp (nội chính)", "Tư pháp")
    };
    keep(&*store, &justice, "policy");
    let write = |content: &str, code: &str| {
        let petition = [("content", content), ("field", code)];
        printed
            .office
            .write("committee", Kind::Petition, "P-D-A", &petition)
    };
    write("Xin biển chỉ đường", "du-lich");
    let roots = |ticks: &[(String, String)]| -> Vec<String> {
        ticks.iter().map(|(root, _)| root.clone()).collect()
    };
    let found = ticks(&printed, "biển chỉ đường").await;
    assert_eq!(
        roots(&found),
        [
            "Cơ chế chính sách",
            "Kinh tế – Ngân sách",
            "Văn hóa – Xã hội",
            "Du lịch, dịch vụ",
            "An ninh quốc phòng và khác",
        ]
    );
    let ticked: Vec<&str> = found.iter().map(|(_, tick)| tick.as_str()).collect();
    assert_eq!(ticked, ["", "", "", "x", ""]);
    let tables = printed.sheets("viewer", TABLES).await;
    let of_fields = tables.iter().find(|(name, _)| name == "Theo lĩnh vực");
    let of_fields = of_fields.expect("a table");
    assert!(row(of_fields, "Du lịch").contains(&"1".to_owned()));
    let names: Vec<&String> = of_fields.1.iter().map(|row| &row[1]).collect();
    assert!(
        !names.iter().any(|name| *name == "Tư pháp (nội chính)"),
        "{names:?}"
    );

    write("Xin trợ giúp pháp lý", "justice");
    let found = ticks(&printed, "pháp lý").await;
    assert!(
        found.contains(&("Tư pháp".to_owned(), "x".to_owned())),
        "{found:?}"
    );
    let tables = printed.sheets("viewer", TABLES).await;
    let of_fields = tables.iter().find(|(name, _)| name == "Theo lĩnh vực");
    assert!(row(of_fields.expect("a table"), "Tư pháp (nội chính)").contains(&"1".to_owned()));
}

#[tokio::test]
async fn a_letter_has_the_name_that_a_field_has_now() {
    let printed = Printed::new();
    let roads = field("transport", "Đường sá, cầu cống", "Kinh tế – Ngân sách");
    keep(&*printed.office.server.bench.store, &roads, "land");
    let path = format!("/api/v1/dispatches/{}/letter.docx", printed.letter);
    let text = printed.text("committee", &path).await;
    assert!(text.contains("Đường sá, cầu cống"), "{text}");
    assert!(!text.contains("Giao thông"), "{text}");
}
