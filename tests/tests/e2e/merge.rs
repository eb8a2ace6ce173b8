//! Two phones change one petition at once, without a network.

use kiennghi_shared::record::{Edit, Value};
use kiennghi_tests::harness::Server;

use crate::support::{COMMITTEE, heads, record};

#[tokio::test]
async fn texts_merge_and_a_clash_shows_both_versions_until_somebody_chooses() {
    let server = Server::start();
    let mut one = server.phone("quang-lam-1").await;
    let mut two = server.phone("quang-lam-2").await;
    let id = record(&mut one, 3, 1)[0];
    let text = "Đề nghị sửa đường vào thôn Bình Hồ.";
    one.edit(id, &[Edit::new("content", text)]).expect("edited");
    one.sync().await.expect("in step");
    two.sync().await.expect("in step");

    let before = "Cử tri tha thiết: đề nghị sửa đường vào thôn Bình Hồ.";
    let after = "Đề nghị sửa đường vào thôn Bình Hồ. Việc đã nêu năm 2023.";
    let mine = [Edit::new("content", before), Edit::new("voters", 11)];
    let theirs = [
        Edit::new("content", after),
        Edit::new("voters", 22),
        Edit::new("place", "Cầu"),
    ];
    one.edit(id, &mine).expect("edited");
    two.edit(id, &theirs).expect("edited");
    for _ in 0..2 {
        one.sync().await.expect("in step");
        two.sync().await.expect("in step");
    }
    assert_eq!(heads(&one), heads(&two));
    let record = one.fields(id).expect("held");
    assert_eq!(record, two.fields(id).expect("held"));
    let content = record.text("content");
    assert!(content.starts_with("Cử tri tha thiết: "), "{content}");
    assert!(content.ends_with("Việc đã nêu năm 2023."), "{content}");
    assert_eq!(record.text("place"), "Cầu");
    let conflicts = record.conflicts();
    assert_eq!(conflicts.len(), 1, "only voters: {conflicts:?}");
    let mut versions: Vec<(Value, &str)> = Vec::new();
    for version in &conflicts[0].versions {
        versions.push((version.value.clone(), &version.author));
    }
    versions.sort_by_key(|version| version.0.as_number());
    let wanted = [
        (Value::Number(11), "quang-lam-1"),
        (Value::Number(22), "quang-lam-2"),
    ];
    assert_eq!(versions, wanted);
    let listed = two.petitions().expect("read");
    let listed = listed
        .iter()
        .find(|petition| petition.id == id)
        .expect("listed");
    assert_eq!(listed.conflicts, conflicts);

    two.edit(id, &[Edit::new("voters", 22)])
        .expect("a choice")
        .expect("is a change");
    let mut office = server.phone(COMMITTEE).await;
    two.sync().await.expect("in step");
    one.sync().await.expect("in step");
    office.sync().await.expect("in step");
    for phone in [&one, &two, &office] {
        let record = phone.fields(id).expect("held");
        assert!(record.conflicts().is_empty(), "{phone:?}");
        assert_eq!(record.number("voters"), Some(22));
    }
    assert_eq!(heads(&one), heads(&two));
}
