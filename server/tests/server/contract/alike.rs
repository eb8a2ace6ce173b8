//! Candidates for what says the same.

use kiennghi_server::store::Alike;
use kiennghi_shared::id::{DocumentId, UnitCode};

use super::Open;
use crate::district::{Bench, NOW, stamp};

/// What is found for words in units: its texts in their order, and how many texts have the first word.
fn found(
    bench: &Bench,
    words: &[&str],
    units: &[&str],
    except: Option<DocumentId>,
    limit: usize,
) -> (Vec<String>, Option<u64>) {
    let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
    let units: Vec<UnitCode> = units.iter().map(|unit| UnitCode::from(*unit)).collect();
    let found = bench.store.petitions_alike(&Alike {
        words: &words,
        units: &units,
        except,
        limit,
    });
    let found = found.expect("read");
    let rows = found.rows.into_iter().map(|row| row.petition.content);
    let with = found.commonness.texts_with.get(&words[0]).copied();
    (rows.collect(), with)
}

pub(crate) fn the_rarest_words_find_candidates_in_the_units_alone(open: Open<'_>) {
    let bench = Bench::on(open());
    let phone = bench.phone("committee");
    let texts = [
        ("P-D-A", "Đường hỏng"),
        ("P-D-A", "duong xau, kenh can"),
        ("P-D-B", "Đường ống, kênh mương"),
        ("P-D-B", "Đường điện"),
    ];
    let mut ids = Vec::new();
    for (unit, text) in texts {
        let mut draft = phone.petition(unit, text);
        ids.push(draft.header.id);
        bench.push(&phone, vec![draft.take()]);
    }
    let (both, contents) = (["P-D-A", "P-D-B"], texts.map(|(_, text)| text));
    let [hard, bare, pipe, power] = contents;
    assert_eq!(
        found(&bench, &["duong", "kenh"], &both, None, 10),
        ([bare, pipe, hard, power].map(str::to_owned).into(), Some(4)),
        "with or without accents: the rarer word first, then the shorter text"
    );
    assert_eq!(
        found(&bench, &["duong", "kenh"], &["P-D-A"], None, 10),
        ([bare, hard].map(str::to_owned).into(), Some(4)),
        "words are as common as they are everywhere"
    );
    assert_eq!(
        found(&bench, &["duong", "kenh"], &both, Some(ids[2]), 2),
        ([bare, hard].map(str::to_owned).into(), Some(4))
    );
    assert_eq!(found(&bench, &["duong"], &[], None, 10).0, [""; 0]);
    assert_eq!(
        found(&bench, &["duon"], &both, None, 10),
        (vec![], None),
        "whole words"
    );
    assert_eq!(found(&bench, &["\" OR *"], &both, None, 10), (vec![], None));
}

pub(crate) fn what_is_changed_or_erased_is_no_candidate_for_what_it_said(open: Open<'_>) {
    let bench = Bench::on(open());
    let phone = bench.phone("committee");
    let mut changed = phone.petition("P-D-A", "Hồ chứa cạn");
    let mut erased = phone.petition("P-D-A", "Hồ chứa đầy");
    let id = erased.header.id;
    bench.push(&phone, vec![changed.take(), erased.take()]);
    changed.set(&phone, "content", "Đập dâng");
    bench.push(&phone, vec![changed.take()]);
    let still = found(&bench, &["chua"], &["P-D-A"], None, 10);
    assert_eq!(still, (vec!["Hồ chứa đầy".to_owned()], Some(1)));
    bench.store.erase(id, "test", &stamp(NOW)).expect("erased");
    assert_eq!(
        found(&bench, &["chua"], &["P-D-A"], None, 10),
        (vec![], None)
    );
    assert_eq!(found(&bench, &["dap"], &["P-D-A"], None, 10).1, Some(1));
}
