//! Hazards 1 to 3, 9 and 11: changes whose encoding is right and whose meaning is not.

use super::ground::Ground;
use super::{Entry, Harm};
use crate::hostile::operations::{Row, Target, action};

const BAD_OPERATION: &str = "bad_operation";

pub(super) fn entries() -> Vec<Entry> {
    let mut entries = accepted_then_unloadable();
    entries.extend(panics());
    entries.push(poison());
    entries.push(orphans());
    entries.extend(nesting());
    entries
}

fn accepted_then_unloadable() -> Vec<Entry> {
    let mut entries = Vec::new();
    let mut add = |name, what: &str, make: &dyn Fn(&Ground) -> Vec<Row>| {
        let ground = Ground::new(name);
        let draft = ground.draft(&make(&ground));
        entries.push(ground.entry(what, Harm::Unloadable, &draft, BAD_OPERATION));
    };
    add(
        "01-predecessor-missing",
        "puts a key over an operation that does not exist",
        &|_| {
            vec![Row {
                predecessors: vec![(1, 9_999)],
                ..Row::put("village", "x")
            }]
        },
    );
    add(
        "01-predecessor-of-another-key",
        "puts a key over an operation of another key",
        &|ground| {
            vec![Row {
                predecessors: vec![ground.key("voters")],
                ..Row::put("village", "x")
            }]
        },
    );
    add(
        "01-delete-without-predecessor",
        "deletes a key without naming what is deleted",
        &|_| vec![Row::make(None, "village", action::DELETE)],
    );
    add(
        "01-map-key-in-list",
        "puts a map's key into a list",
        &|ground| {
            let list = (0, ground.max_op + 1);
            let mut put = Row::put("village", "x");
            put.object = Some(list);
            vec![Row::make(None, "place", action::MAKE_LIST), put]
        },
    );
    add(
        "01-map-key-in-text",
        "puts a map's key into a text",
        &|ground| {
            let mut put = Row::put("village", "x");
            put.object = Some(ground.text());
            vec![put]
        },
    );
    add(
        "01-delete-and-insert",
        "deletes and inserts an element in one operation",
        &|ground| {
            let at = Target::Element(ground.character());
            let mut delete = Row::insert(ground.text(), at, "");
            delete.action = action::DELETE;
            delete.value = (0, Vec::new());
            delete.predecessors = vec![ground.character()];
            vec![delete]
        },
    );
    add("01-mark-in-map", "puts a mark into a map", &|_| {
        let mut mark = Row::put("village", "");
        mark.action = action::MARK;
        mark.value = (0, Vec::new());
        vec![mark]
    });
    add(
        "01-lone-mark-end",
        "ends a mark that never began",
        &|ground| {
            let at = Target::Element(ground.character());
            let mut mark = Row::insert(ground.text(), at, "");
            mark.action = action::MARK;
            mark.value = (0, Vec::new());
            vec![mark]
        },
    );
    let ground = Ground::new("01-start-op-too-low");
    let mut draft = ground.draft(&[Row::put("place", "x")]);
    draft.start_op = 2;
    entries.push(ground.entry(
        "begins its operations below those of its ancestors",
        Harm::Unloadable,
        &draft,
        BAD_OPERATION,
    ));
    entries.extend(written_otherwise());
    entries
}

/// automerge forgets a change's bytes and writes them anew from its operations: those that it would
/// have written in another way get another hash.
fn written_otherwise() -> [Entry; 2] {
    let ground = Ground::new("01-actor-not-named");
    let mut unnamed = ground.draft(&[Row::put("place", "x")]);
    unnamed.others.push(ground.actor());
    let unnamed = ground.entry(
        "lists an actor that no operation names",
        Harm::Unloadable,
        &unnamed,
        "bad_change",
    );
    let ground = Ground::new("01-run-in-two");
    let mut split = ground.draft(&[Row::put("place", "x"), Row::put("position", "1,1")]);
    for (number, column) in &mut split.columns {
        if *number == 0x42 {
            *column = vec![0x7e, 1, 1];
        }
    }
    let split = ground.entry(
        "writes a repeated action one by one",
        Harm::Unloadable,
        &split,
        "bad_change",
    );
    [unnamed, split]
}

fn panics() -> Vec<Entry> {
    let place = [Row::put("place", "x")];
    let mut entries = Vec::new();
    let ground = Ground::new("02-new-actor-seq-2");
    let mut draft = ground.draft(&place);
    draft.seq = 2;
    entries.push(ground.entry(
        "a new actor begins with its second change",
        Harm::Panic,
        &draft,
        "bad_sequence",
    ));

    let ground = Ground::new("02-seq-gap");
    let mut draft = ground.draft(&place);
    draft.actor = ground.actor();
    draft.seq = 3;
    entries.push(ground.entry(
        "an actor's third change comes after its first",
        Harm::Panic,
        &draft,
        "bad_sequence",
    ));

    let ground = Ground::new("02-unknown-actor-index");
    let object = Row {
        predecessors: vec![(7, 1)],
        ..Row::put("place", "x")
    };
    let draft = ground.draft(&[object]);
    entries.push(ground.entry(
        "names the seventh of two actors",
        Harm::Panic,
        &draft,
        "bad_change",
    ));

    let ground = Ground::new("02-unknown-object");
    let draft = ground.draft(&[Row::insert((1, 9_999), Target::Head, "x")]);
    entries.push(ground.entry(
        "inserts into a text that does not exist",
        Harm::Panic,
        &draft,
        BAD_OPERATION,
    ));

    let ground = Ground::new("02-insert-after-missing");
    let after = Target::Element((1, 9_999));
    let draft = ground.draft(&[Row::insert(ground.text(), after, "x")]);
    entries.push(ground.entry(
        "inserts after a character that does not exist",
        Harm::Panic,
        &draft,
        BAD_OPERATION,
    ));

    let ground = Ground::new("02-reused-op-ids");
    let mut draft = ground.draft(&[Row::make(None, "place", action::MAKE_MAP)]);
    draft.actor = ground.actor();
    draft.seq = 2;
    draft.start_op = ground.text().1;
    entries.push(ground.entry(
        "an actor's second change uses the operation numbers of its first",
        Harm::Unloadable,
        &draft,
        BAD_OPERATION,
    ));
    entries
}

fn poison() -> Entry {
    let ground = Ground::new("03-start-op-near-the-end");
    let mut draft = ground.draft(&[Row::put("place", "x")]);
    draft.start_op = u64::from(u32::MAX) - 1;
    ground.entry(
        "begins its operations near 2^32: the next edit by anyone runs over",
        Harm::Poison,
        &draft,
        "too_large",
    )
}

fn orphans() -> Entry {
    let ground = Ground::new("09-orphans");
    let orphan = |number: u8| {
        let mut draft = ground.draft(&[Row::put("place", "x")]);
        draft.deps = vec![[number; 32]];
        draft.actor[0] = number;
        draft.seal()
    };
    ground.entry_of(
        "200 changes whose ancestors never come",
        Harm::Orphans,
        (0..200).map(orphan).collect(),
        "missing",
    )
}

fn nesting() -> Vec<Entry> {
    const DEPTH: u64 = 3_000;
    let nested = |ground: &Ground, make: &dyn Fn(Option<(u64, u64)>) -> Row| {
        let first = ground.max_op + 1;
        let rows: Vec<Row> = (0..DEPTH)
            .map(|depth| {
                let parent = depth.checked_sub(1).map(|above| (0, first + above));
                make(parent)
            })
            .collect();
        ground.draft(&rows)
    };
    let maps = Ground::new("11-nested-maps");
    let draft = nested(&maps, &|parent| {
        Row::make(parent, "place", action::MAKE_MAP)
    });
    let in_maps = maps.entry(
        "a map in a map in a map, 3,000 deep",
        Harm::Abort,
        &draft,
        BAD_OPERATION,
    );
    let lists = Ground::new("11-nested-lists");
    let draft = nested(&lists, &|parent| match parent {
        None => Row::make(None, "place", action::MAKE_LIST),
        Some(list) => Row {
            target: Target::Head,
            insert: true,
            ..Row::make(Some(list), "", action::MAKE_LIST)
        },
    });
    let in_lists = lists.entry(
        "a list in a list in a list, 3,000 deep",
        Harm::Abort,
        &draft,
        BAD_OPERATION,
    );
    vec![in_maps, in_lists]
}
