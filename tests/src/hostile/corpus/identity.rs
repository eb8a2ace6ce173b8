//! Hazards 6, 7 and 12: changes in another's name or place, and metadata without measure.

use super::ground::{Ground, MADE_AT, entry, request};
use super::{Entry, Harm, Sent, VICTIM, VILLAIN};
use crate::hostile::operations::Row;

pub(super) fn entries() -> Vec<Entry> {
    let mut entries = vec![equivocation(), squatting()];
    entries.extend(metadata());
    entries
}

/// The same actor and number with two contents; one of them is honest work.
fn equivocation() -> Entry {
    let ground = Ground::new("06-equivocation");
    let first = ground.draft(&[Row::put("place", "Ngã ba")]);
    let mut second = first.clone();
    second.time_ms += 1;
    let mut sent = ground.request(vec![first.seal(), second.seal()], "equivocation");
    sent.verdicts[1] = "ok".into();
    entry(
        "06-equivocation",
        "two changes with the same actor and number",
        Harm::RefusesInnocent,
        vec![sent],
    )
}

/// The villain takes the number that the victim's next change will have.
fn squatting() -> Entry {
    let name = "07-actor-squatting";
    let ground = Ground::by(name, VICTIM);
    let send = |by: &str, changes: Vec<Vec<u8>>, verdicts: &[&str]| Sent {
        by: by.into(),
        verdicts: verdicts.iter().map(|verdict| (*verdict).into()).collect(),
        body: request(vec![ground.document("document", changes)]).encode(),
        ..Sent::default()
    };
    let mut next = ground.draft(&[Row::put("place", "Ngã ba")]);
    next.actor = ground.actor();
    next.seq = 2;
    let mut taken = next.clone();
    next.message = VICTIM.into();
    taken.columns = ground.draft(&[Row::put("place", "x")]).columns;
    entry(
        name,
        "a device sends the change that another device's actor will make next",
        Harm::Squats,
        vec![
            send(VICTIM, vec![ground.base.clone()], &["ok"]),
            send(
                VILLAIN,
                vec![taken.seal(), ground.innocent("innocent", VILLAIN)],
                &["foreign_actor", "ok"],
            ),
            send(VICTIM, vec![next.seal()], &["ok"]),
        ],
    )
}

fn metadata() -> Vec<Entry> {
    let place = [Row::put("place", "x")];
    let mut entries = Vec::new();
    let near_minimum = i64::MIN + 2 * MADE_AT;
    for (name, time) in [
        ("12-time-maximum", i64::MAX),
        ("12-time-near-minimum", near_minimum),
    ] {
        let ground = Ground::new(name);
        let mut draft = ground.draft(&place);
        draft.time_ms = time;
        let what = "a clock at an end of its range";
        entries.push(ground.entry(what, Harm::Taken, &draft, "too_large"));
    }
    let ground = Ground::new("12-actor-10-kb");
    let mut draft = ground.draft(&place);
    draft.actor = vec![7; 10_000];
    entries.push(ground.entry(
        "an actor of ten thousand bytes",
        Harm::Taken,
        &draft,
        "too_large",
    ));
    let ground = Ground::new("12-message-100-kb");
    let mut draft = ground.draft(&place);
    draft.message = vec![b'x'; 100_000];
    entries.push(ground.entry(
        "a message of a hundred thousand bytes",
        Harm::Taken,
        &draft,
        "too_large",
    ));
    let ground = Ground::new("12-document-chunk");
    let saved = ground.saved();
    entries.push(ground.entry_of(
        "a whole document in place of a change",
        Harm::Taken,
        vec![saved],
        "bad_change",
    ));
    entries
}
