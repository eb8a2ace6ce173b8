//! Tables and search.

use std::collections::HashMap;

use kiennghi_server::store::{PetitionFilter, Words};
use kiennghi_shared::id::UnitCode;
use kiennghi_shared::record::Edit;
use kiennghi_shared::schema::Kind;
use kiennghi_shared::text::Query;

use super::Open;
use crate::district::{Bench, Draft};

pub(crate) fn rebuilt_projections_equal_live_ones(open: Open<'_>) {
    let bench = Bench::on(open());
    let phone = bench.phone("committee");
    for (unit, content) in [
        ("P-D-A", "Đường"),
        ("P-D-B", "Mương"),
        ("P-D-A", "đường điện"),
    ] {
        let mut draft = phone.petition(unit, content);
        bench.push(&phone, vec![draft.take()]);
        draft.set(&phone, "place", "sửa lại");
        bench.push(&phone, vec![draft.take()]);
    }
    let meeting = Draft::new(
        &phone,
        Kind::Meeting,
        "P-D",
        &[Edit::new("date", "2025-06-12")],
    )
    .take();
    bench.push(&phone, vec![meeting]);
    let seen = || {
        let mut exported = Vec::new();
        bench
            .store
            .each_petition(&mut |petition| exported.push(petition))
            .expect("read");
        let shown = [None, Some("duong"), Some("sua lai")].map(|text| {
            let page = bench.store.petitions(&filter(text), 0, 50).expect("page");
            (
                page,
                bench.store.petition_counts(&filter(text)).expect("counts"),
            )
        });
        (exported, shown)
    };
    let live = seen();
    assert_eq!(live.1[1].0.total, 2);
    assert_eq!(bench.store.rebuild_projections(), Ok(4));
    assert_eq!(seen(), live);
}

fn filter(text: Option<&str>) -> PetitionFilter {
    let words = text.and_then(Query::new);
    PetitionFilter {
        units: ["P-D-A", "P-D-B"].map(UnitCode::from).into(),
        words: words.map(|query| Words {
            folded: query.fts_folded(),
            exact: query.fts_exact(),
        }),
        ..Default::default()
    }
}

pub(crate) fn search_ignores_accents_and_ranks_exact_ones_first(open: Open<'_>) {
    let bench = Bench::on(open());
    let phone = bench.phone("committee");
    let texts = [
        "Má tôi ốm",
        "con mã chạy",
        "Đường liên thôn",
        "duong vao ban",
        "Thôn Mạ, kênh 1,8 km",
    ];
    for text in texts {
        bench.push(&phone, vec![phone.petition("P-D-A", text).take()]);
    }
    let found = |text: &str| -> Vec<String> {
        let page = bench
            .store
            .petitions(&filter(Some(text)), 0, 50)
            .expect("page");
        page.petitions
            .into_iter()
            .map(|row| row.petition.content)
            .collect()
    };
    assert_eq!(
        found("má"),
        [texts[0], texts[4], texts[1]],
        "exact first, then newest first"
    );
    assert_eq!(found("ĐƯỜNG"), [texts[2], texts[3]]);
    assert_eq!(found("duong"), [texts[3], texts[2]]);
    assert_eq!(
        found("dườ"),
        [texts[3], texts[2]],
        "words may be begun only"
    );
    assert_eq!(found("kenh thon"), [texts[4]], "every word, in any order");
    assert_eq!(found("1,8"), [texts[4]]);
    assert_eq!(
        found("\" OR folded : * NEAR("),
        Vec::<String>::new(),
        "no language of its own"
    );
    assert_eq!(found("không có"), Vec::<String>::new());
    // A changed text is found by its new words alone.
    let mut draft = phone.petition("P-D-A", "Hồ chứa");
    bench.push(&phone, vec![draft.take()]);
    draft.set(&phone, "content", "Đập dâng");
    bench.push(&phone, vec![draft.take()]);
    assert_eq!(found("chứa"), Vec::<String>::new());
    assert_eq!(found("dap dang").len(), 1);
}

pub(crate) fn tables_are_filtered_counted_and_paged(open: Open<'_>) {
    let bench = Bench::on(open());
    let phone = bench.phone("committee");
    for n in 0..7 {
        let unit = if n % 2 == 0 { "P-D-A" } else { "P-D-B" };
        let edits = [
            Edit::new("content", format!("Ý kiến {n}").as_str()),
            Edit::new("field", if n < 3 { "land" } else { "transport" }),
            Edit::new(
                "village",
                if n == 6 {
                    "Thôn Cuối"
                } else {
                    "Thôn Đầu"
                },
            ),
        ];
        bench.push(
            &phone,
            vec![Draft::new(&phone, Kind::Petition, unit, &edits).take()],
        );
    }
    let page = bench.store.petitions(&filter(None), 2, 2).expect("page");
    assert_eq!(page.total, 7);
    let contents: Vec<_> = page
        .petitions
        .iter()
        .map(|row| row.petition.content.as_str())
        .collect();
    assert_eq!(contents, ["Ý kiến 4", "Ý kiến 3"]);
    let counts = bench.store.petition_counts(&filter(None)).expect("counts");
    assert_eq!(counts.total, 7);
    let by_unit: HashMap<_, _> = counts
        .by_unit
        .into_iter()
        .map(|row| (row.unit.0, row.count))
        .collect();
    assert_eq!(
        by_unit,
        HashMap::from([("P-D-A".to_owned(), 4), ("P-D-B".to_owned(), 3)])
    );
    let by_field: Vec<_> = counts
        .by_field
        .into_iter()
        .map(|row| (row.field, row.count))
        .collect();
    assert_eq!(
        by_field,
        [("transport".to_owned(), 4), ("land".to_owned(), 3)]
    );
    let narrow = PetitionFilter {
        units: vec![UnitCode::from("P-D-A")],
        village: Some("Thôn Cuối".to_owned()),
        field: Some("transport".to_owned()),
        words: filter(Some("kien")).words,
        ..Default::default()
    };
    assert_eq!(
        bench.store.petitions(&narrow, 0, 50).expect("page").total,
        1
    );
    assert_eq!(
        bench
            .store
            .petitions(&PetitionFilter::default(), 0, 50)
            .expect("page")
            .total,
        0
    );
}
