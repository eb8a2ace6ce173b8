//! How good suggestions of similar petitions are: precision and recall over labelled petitions, through the
//! real store, beside two simpler measures. `--no-capture` shows the figures.
#![expect(clippy::print_stdout, reason = "the figures are for people too")]

use std::collections::{BTreeMap, BTreeSet, HashMap};

use kiennghi_server::store::sqlite::{Options, SqliteStore};
use kiennghi_server::store::{District, GrantRow, People, UserRow};
use kiennghi_server::trees;
use kiennghi_shared::access::Role;
use kiennghi_shared::id::DocumentId;
use kiennghi_shared::record::Edit;
use kiennghi_shared::schema::Kind;
use kiennghi_shared::text;
use serde_json::Value;

use crate::district::{Draft, NOW, stamp};
use crate::http::{Device, Server};

/// One labelled petition.
pub(crate) struct Sample {
    part: Part,
    pub(crate) matter: &'static str,
    pub(crate) village: &'static str,
    pub(crate) content: &'static str,
}

/// What a petition was written for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Part {
    /// The constants were chosen by it.
    Chosen,
    /// The constants were not chosen by it.
    HeldOut,
    /// It was written when all was chosen.
    Unseen,
}

const PARTS: [Part; 3] = [Part::Chosen, Part::HeldOut, Part::Unseen];

pub(crate) fn samples() -> Vec<Sample> {
    let mut matters = Vec::new();
    let chosen_by = lines(include_str!("../fixtures/alike.txt"), |matter| {
        if !matters.contains(&matter) {
            matters.push(matter);
        }
        // Every other matter in the order of the file.
        let at = matters.iter().position(|known| *known == matter);
        if at.is_some_and(|at| at % 2 == 0) {
            Part::Chosen
        } else {
            Part::HeldOut
        }
    });
    let unseen = lines(include_str!("../fixtures/alike-unseen.txt"), |_| {
        Part::Unseen
    });
    chosen_by.into_iter().chain(unseen).collect()
}

pub(crate) fn lines(text: &'static str, mut part: impl FnMut(&'static str) -> Part) -> Vec<Sample> {
    let lines = text.lines();
    let lines = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
    let sample = |line: &'static str| {
        let mut parts = line.splitn(3, " | ");
        let mut next = || parts.next().expect("three parts");
        let matter = next();
        Sample {
            part: part(matter),
            matter,
            village: next(),
            content: next(),
        }
    };
    lines.map(sample).collect()
}

/// For each sample the others that are suggested, the likeliest first, each with its score.
type Suggestions = Vec<Vec<(usize, f64)>>;

/// What the desk would be shown.
#[derive(Debug)]
struct Figures {
    /// Of all that is suggested, the share that is of the same matter.
    precision: f64,
    /// The same of the first three.
    precision_at_3: f64,
    /// Of what is of the same matter (up to five), the share among the first five; mean over petitions.
    recall_at_5: f64,
    /// Of petitions that stand alone, the share to which nothing is suggested.
    silence: f64,
}

impl Figures {
    fn of(samples: &[Sample], suggestions: &Suggestions, part: Part, threshold: f64) -> Self {
        let (mut shown, mut first_three) = (Share::default(), Share::default());
        let (mut recall, mut silence) = (Share::default(), Share::default());
        for (own, suggested) in suggestions.iter().enumerate() {
            let matter = samples[own].matter;
            if samples[own].part != part {
                continue;
            }
            let suggested = suggested.iter().filter(|(_, score)| *score >= threshold);
            let right: Vec<bool> = suggested
                .map(|(other, _)| samples[*other].matter == matter)
                .collect();
            right.iter().for_each(|is_right| shown.add(*is_right));
            right
                .iter()
                .take(3)
                .for_each(|is_right| first_three.add(*is_right));
            let mates = samples
                .iter()
                .filter(|other| other.matter == matter)
                .count()
                - 1;
            if mates == 0 {
                silence.add(right.is_empty());
            } else {
                let found = right.iter().take(5).filter(|is_right| **is_right).count();
                recall.add_part(found as f64 / mates.min(5) as f64);
            }
        }
        Self {
            precision: shown.value(),
            precision_at_3: first_three.value(),
            recall_at_5: recall.value(),
            silence: silence.value(),
        }
    }

    /// One number to choose a threshold by.
    fn balance(&self) -> f64 {
        let (precision, recall) = (self.precision_at_3, self.recall_at_5);
        2.0 * precision * recall / (precision + recall).max(f64::MIN_POSITIVE)
    }
}

#[derive(Default)]
pub(crate) struct Share {
    part: f64,
    whole: f64,
}

impl Share {
    pub(crate) fn add(&mut self, is_right: bool) {
        self.add_part(f64::from(u8::from(is_right)));
    }

    fn add_part(&mut self, part: f64) {
        self.part += part;
        self.whole += 1.0;
    }

    pub(crate) fn value(&self) -> f64 {
        self.part / self.whole.max(1.0)
    }
}

fn district() -> District {
    District {
        version: 1,
        units: trees::units("dam-ha-2020").expect("a tree"),
        users: vec![UserRow {
            name: "thuong-truc".into(),
            display: "Thường trực".to_owned(),
            disabled_at: None,
        }],
        grants: vec![GrantRow::founding(
            1,
            "thuong-truc",
            Role::StandingCommittee,
            "QN-DH",
        )],
        ..District::default()
    }
}

/// A server that holds the samples, each in the commune of its village.
pub(crate) fn server(samples: &[Sample]) -> (Server, Device, Vec<DocumentId>) {
    let folder = tempfile::tempdir().expect("folder");
    let district = district();
    let villages: HashMap<&str, &str> = district
        .units
        .iter()
        .flat_map(|unit| {
            unit.villages
                .iter()
                .map(|village| (village.as_str(), unit.code.0.as_str()))
        })
        .collect();
    let store = SqliteStore::open(&Options::new(folder.path())).expect("opens");
    store
        .found_district(district.clone(), &stamp(NOW))
        .expect("founded");
    drop(store);
    let server = Server::on(folder);
    let device = server.device("thuong-truc");
    let mut drafts: Vec<Draft> = samples
        .iter()
        .map(|sample| {
            let edits = [
                Edit::new("content", sample.content),
                Edit::new("village", sample.village),
            ];
            Draft::new(
                &device.phone,
                Kind::Petition,
                villages[sample.village],
                &edits,
            )
        })
        .collect();
    for push in drafts.chunks_mut(50) {
        let push = push.iter_mut().map(Draft::take).collect();
        server.bench.push(&device.phone, push);
    }
    let ids = drafts.iter().map(|draft| draft.header.id).collect();
    (server, device, ids)
}

async fn suggested(samples: &[Sample]) -> Suggestions {
    let (server, device, ids) = server(samples);
    let mut suggestions = Suggestions::new();
    for id in &ids {
        let path = format!("/api/v1/petitions/{id}/similar?limit=20");
        let list = server.get(&path, &device.token).await.json();
        let found = list["petitions"].as_array().expect("a list").iter();
        let found = found.map(|found: &Value| {
            let id = found["row"]["id"].as_str().expect("an id");
            let at = ids.iter().position(|known| known.to_string() == id);
            (
                at.expect("known"),
                found["score"].as_f64().expect("a number") / 100.0,
            )
        });
        suggestions.push(found.collect());
    }
    suggestions
}

/// What a simpler measure would suggest, which weighs the folded words of two texts.
fn measured_by(samples: &[Sample], weight: impl Fn(&str) -> f64, is_cosine: bool) -> Suggestions {
    let texts: Vec<BTreeSet<String>> = samples.iter().map(|sample| words(sample.content)).collect();
    let sum =
        |words: &mut dyn Iterator<Item = &String>| words.map(|word| weight(word)).sum::<f64>();
    let alike = |one: &BTreeSet<String>, other: &BTreeSet<String>| {
        let shared = sum(&mut one.intersection(other));
        let (one, other) = (sum(&mut one.iter()), sum(&mut other.iter()));
        let whole = if is_cosine {
            (one * other).sqrt()
        } else {
            one + other - shared
        };
        shared / whole
    };
    let suggestions = texts.iter().enumerate().map(|(own, text)| {
        let others = texts.iter().enumerate().filter(|(other, _)| *other != own);
        let mut others: Vec<_> = others
            .map(|(other, words)| (other, alike(text, words)))
            .collect();
        others.sort_by(|one, other| other.1.total_cmp(&one.1));
        others.truncate(20);
        others
    });
    suggestions.collect()
}

fn words(content: &str) -> BTreeSet<String> {
    text::words(&text::fold(content))
        .map(str::to_owned)
        .collect()
}

/// The threshold that is the best for the part by which constants are chosen.
fn at_best(samples: &[Sample], suggestions: &Suggestions) -> f64 {
    let thresholds = (1..100).map(|percent| f64::from(percent) / 100.0);
    let balances = thresholds.map(|threshold| {
        let figures = Figures::of(samples, suggestions, Part::Chosen, threshold);
        (figures.balance(), threshold)
    });
    let best = balances.max_by(|one, other| one.0.total_cmp(&other.0));
    best.expect("some").1
}

/// Prints the figures of each part, and gives them.
fn show(
    name: &str,
    samples: &[Sample],
    suggestions: &Suggestions,
    threshold: f64,
) -> [Figures; PARTS.len()] {
    PARTS.map(|part| {
        let figures = Figures::of(samples, suggestions, part, threshold);
        println!(
            "| {name} | {threshold:.2} | {part:?} | {:.2} | {:.2} | {:.2} | {:.2} |",
            figures.precision, figures.precision_at_3, figures.recall_at_5, figures.silence
        );
        figures
    })
}

#[tokio::test]
async fn suggestions_are_right_more_often_than_simpler_measures_are() {
    let samples = samples();
    assert!(samples.len() >= 150);
    println!("| measure | from | part | precision | precision@3 | recall@5 | silence |");
    println!("|---|--:|---|--:|--:|--:|--:|");
    let ours = suggested(&samples).await;
    let figures = show("as suggested", &samples, &ours, 0.0);
    for threshold in [0.28, 0.3, 0.34] {
        show("as suggested", &samples, &ours, threshold);
    }
    let jaccard = measured_by(&samples, |_| 1.0, false);
    let plain = show(
        "Jaccard of words",
        &samples,
        &jaccard,
        at_best(&samples, &jaccard),
    );
    let mut with: BTreeMap<String, f64> = BTreeMap::new();
    for word in samples.iter().flat_map(|sample| words(sample.content)) {
        *with.entry(word).or_default() += 1.0;
    }
    let rarity = |word: &str| (samples.len() as f64 / with[word]).ln().powi(2);
    let cosine = measured_by(&samples, rarity, true);
    let weighed = show(
        "cosine of words by rarity",
        &samples,
        &cosine,
        at_best(&samples, &cosine),
    );
    for (part, figures) in figures.iter().enumerate() {
        for simpler in [&plain[part], &weighed[part]] {
            let balances = (figures.balance(), simpler.balance());
            assert!(
                balances.0 > balances.1 + 0.03,
                "{figures:?} against {simpler:?}"
            );
        }
        assert!(figures.precision > 0.7, "{figures:?}");
        assert!(figures.precision_at_3 > 0.78, "{figures:?}");
        assert!(figures.recall_at_5 > 0.82, "{figures:?}");
    }
}
