//! Where an alert leads at a desk.

use axum::http::Method;
use kiennghi_shared::schema::Kind;

use super::{Bench, PATH, TO_MONDAY_MS, letter, line};
use crate::desk::Desk;

#[tokio::test]
async fn a_line_opens_the_page_that_shows_what_it_tells_of() {
    let bench = Bench::new().await;
    let office = &bench.office;
    let desk = Desk::of(&office.server, "executive").await;
    let body = bench
        .browser
        .subscription(&format!("{}/desk", bench.push.origin));
    let own = [("sec-fetch-site", "same-origin")];
    let on = desk.ask(Method::PUT, PATH, &own, Some(&body)).await;
    assert_eq!(on.status, 204);
    office.server.clock.advance(1);
    let case = office.matter(&[]).to_string();
    let due = letter(&case, "2025-06-13");
    office.write("committee", Kind::Dispatch, "P-D", &due);
    let told = |topic, words, path| vec![("/desk".to_owned(), line(topic, words, path))];
    let news = told("news", "1 văn bản mới đến", "/letters/received");
    assert_eq!(bench.after(1_000).await, news);
    let daily = told("daily", "1 vụ việc quá hạn", "/review/daily");
    assert_eq!(bench.after(TO_MONDAY_MS).await, daily);
}
