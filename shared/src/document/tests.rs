use super::*;
use crate::id::{ChangeHash, DocumentId};
use crate::record::Edit;
use crate::schema::Kind;

const AN: &str = "quang-lam-1";
const BINH: &str = "quang-lam-2";

fn edit(document: &mut Document, author: &str, edits: &[Edit]) -> Option<NewChange> {
    document
        .edit(Kind::Petition, edits, &author.into(), 1_750_000_000_000)
        .expect("edits fit")
}

fn petition() -> (Document, Document) {
    let mut an = Document::new(ActorId([1; 16]));
    let edits = [
        Edit::new("content", "Đường liên thôn xuống cấp."),
        Edit::new("village", "Thôn Đông"),
        Edit::new("voters", 3),
    ];
    edit(&mut an, AN, &edits).expect("a change");
    let mut binh = Document::load(&an.save()).expect("loads");
    binh.set_actor(ActorId([2; 16]));
    (an, binh)
}

fn meet(an: &mut Document, binh: &mut Document) {
    let (from_an, from_binh) = (an.raw_changes(), binh.raw_changes());
    an.apply(from_binh.iter().map(Vec::as_slice))
        .expect("applies");
    binh.apply(from_an.iter().map(Vec::as_slice))
        .expect("applies");
}

#[test]
fn texts_merge_and_a_clash_shows_both_versions_on_both_sides() {
    let (mut an, mut binh) = petition();
    let longer = "Đường liên thôn xuống cấp. Mưa là ngập.";
    edit(
        &mut an,
        AN,
        &[Edit::new("content", longer), Edit::new("voters", 5)],
    );
    let other = "Đường bê tông liên thôn xuống cấp.";
    edit(
        &mut binh,
        BINH,
        &[Edit::new("content", other), Edit::new("voters", 7)],
    );
    meet(&mut an, &mut binh);
    let record = an.record(Kind::Petition);
    assert_eq!(record, binh.record(Kind::Petition));
    assert_eq!(
        record.text("content"),
        "Đường bê tông liên thôn xuống cấp. Mưa là ngập."
    );
    let conflicts = record.conflicts();
    assert_eq!(conflicts.len(), 1);
    assert_eq!(conflicts[0].field, "voters");
    let mut versions: Vec<_> = conflicts[0]
        .versions
        .iter()
        .map(|v| (v.author.as_str(), v.value.as_number()))
        .collect();
    versions.sort_unstable();
    assert_eq!(versions, [(AN, Some(5)), (BINH, Some(7))]);
    assert_eq!(
        record.number("voters"),
        conflicts[0].versions[0].value.as_number()
    );

    edit(&mut an, AN, &[Edit::new("voters", 7)]).expect("choosing is a change");
    meet(&mut an, &mut binh);
    assert!(binh.record(Kind::Petition).conflicts().is_empty());
    assert_eq!(binh.record(Kind::Petition).number("voters"), Some(7));
}

#[test]
fn setting_the_same_value_makes_no_change() {
    let (mut an, _) = petition();
    assert_eq!(
        edit(
            &mut an,
            AN,
            &[Edit::new("voters", 3), Edit::new("place", "  ")]
        ),
        None
    );
}

#[test]
fn misfits_change_nothing() {
    let (mut an, _) = petition();
    let heads = an.heads();
    let wrong = [Edit::new("village", "Thôn Tây"), Edit::new("voters", -1)];
    assert!(an.edit(Kind::Petition, &wrong, &AN.into(), 0).is_err());
    let unknown = [Edit::new("petitioner", "ai đó")];
    assert!(an.edit(Kind::Petition, &unknown, &AN.into(), 0).is_err());
    assert_eq!(an.heads(), heads);
    assert_eq!(an.record(Kind::Petition).text("village"), "Thôn Đông");
}

#[test]
fn history_tells_who_changed_what() {
    let (an, mut binh) = petition();
    edit(&mut binh, BINH, &[Edit::new("village", "Thôn Tây")]);
    assert_eq!(an.history(Kind::Petition).len(), 1);
    let history = binh.history(Kind::Petition);
    assert_eq!(history.len(), 2);
    assert_eq!(history[1].author, BINH);
    let change = &history[1].fields;
    assert_eq!(change.len(), 1);
    assert_eq!(
        (&change[0].before, &change[0].after),
        (&"Thôn Đông".into(), &"Thôn Tây".into())
    );
}

#[test]
fn what_we_make_fits_the_schema_and_loads_again() {
    for &kind in Kind::ALL {
        let mut document = Document::new(ActorId([1; 16]));
        let edits = match kind {
            Kind::Meeting => vec![
                Edit::new("date", "2025-06-12"),
                Edit::new("minutes", "Ghi."),
            ],
            Kind::Petition => vec![Edit::new("content", "ke\u{302}nh mương")],
            Kind::Case => vec![
                Edit::new("wording", "Sửa kênh mương thôn Đông."),
                Edit::new("repeated_from", DocumentId([3; 16]).to_string()),
            ],
            Kind::Consolidation => vec![Edit::new("case", DocumentId([3; 16]).to_string())],
            Kind::Dispatch => vec![Edit::new(
                "cases",
                format!("{}\n{}", DocumentId([3; 16]), DocumentId([4; 16])),
            )],
            Kind::Assignment => vec![Edit::new("instruction", "Khảo sát, trả lời cử tri.")],
            Kind::Answer => vec![
                Edit::new("content", "Đã sửa xong."),
                Edit::new("roadmap", "Quý I: khảo sát."),
            ],
            Kind::Check => vec![Edit::new("holds", "not-needed")],
            Kind::Finding => vec![Edit::new("verdict", "close")],
            Kind::Notice => vec![Edit::new("voters", 40)],
        };
        document.edit(kind, &edits, &AN.into(), 0).expect("fits");
        document.check(kind).expect("fits its schema");
        let again = Document::load(&document.save()).expect("loads");
        assert_eq!(again.record(kind), document.record(kind));
        assert_eq!(again.heads(), document.heads());
    }
}

#[test]
fn another_kind_does_not_fit() {
    let mut document = Document::new(ActorId([1; 16]));
    document
        .edit(
            Kind::Meeting,
            &[Edit::new("date", "2025-06-12")],
            &AN.into(),
            0,
        )
        .expect("fits");
    assert!(document.check(Kind::Petition).is_err());
}

#[test]
fn a_change_whose_ancestors_are_missing_is_an_error() {
    let (mut an, _) = petition();
    let change = edit(&mut an, AN, &[Edit::new("voters", 9)]).expect("a change");
    assert_eq!(an.heads(), [ChangeHash(change.hash.0)]);
    assert!(Document::from_changes([change.bytes.as_slice()]).is_err());
}

#[test]
fn an_edit_of_an_earlier_version_merges_with_what_came_since() {
    let (mut an, mut binh) = petition();
    let seen = an.heads();
    let theirs = "Đường bê tông liên thôn xuống cấp.";
    edit(
        &mut binh,
        BINH,
        &[Edit::new("content", theirs), Edit::new("voters", 7)],
    );
    meet(&mut an, &mut binh);
    let typed = [
        Edit::new("content", "Đường liên thôn xuống cấp. Mưa là ngập."),
        Edit::new("voters", 5),
        // Shown in the form and left alone.
        Edit::new("village", "Thôn Đông"),
    ];
    let fresh = ActorId([7; 16]);
    let made = an.edit_at(&seen, fresh, Kind::Petition, &typed, &AN.into(), 1);
    assert_eq!(made.expect("fits").expect("a change").actor, fresh);
    let record = an.record(Kind::Petition);
    assert_eq!(
        record.text("content"),
        "Đường bê tông liên thôn xuống cấp. Mưa là ngập."
    );
    assert_eq!(record.conflicts().len(), 1);
    assert_eq!(record.conflicts()[0].field, "voters");
    let changes = an.raw_changes();
    let index = crate::validate::DocumentIndex::from_changes(changes.iter().map(Vec::as_slice));
    assert!(index.is_ok());
}

#[test]
fn an_edit_of_today_s_version_goes_on_with_the_session_s_actor() {
    let (mut an, _) = petition();
    let heads = an.heads();
    let edits = [Edit::new("voters", 8)];
    let made = an.edit_at(
        &heads,
        ActorId([7; 16]),
        Kind::Petition,
        &edits,
        &AN.into(),
        1,
    );
    assert_eq!(
        made.expect("fits").expect("a change").actor,
        ActorId([1; 16])
    );
}

#[test]
fn two_people_who_choose_at_once_clash_again_whatever_they_choose() {
    let (mut an, mut binh) = petition();
    edit(&mut an, AN, &[Edit::new("voters", 5)]);
    edit(&mut binh, BINH, &[Edit::new("voters", 7)]);
    meet(&mut an, &mut binh);
    for (one, other) in [(5, 7), (7, 5)] {
        let (mut an, mut binh) = (an.clone(), binh.clone());
        edit(&mut an, AN, &[Edit::new("voters", one)]).expect("a choice");
        edit(&mut binh, BINH, &[Edit::new("voters", other)]).expect("a choice");
        assert_eq!(an.record(Kind::Petition).conflicts(), []);
        meet(&mut an, &mut binh);
        assert_eq!(an.record(Kind::Petition).conflicts().len(), 1);
        let changes = an.raw_changes();
        let index = crate::validate::DocumentIndex::from_changes(changes.iter().map(Vec::as_slice));
        assert!(index.is_ok());
    }
}
