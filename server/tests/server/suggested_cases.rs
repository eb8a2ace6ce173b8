//! How good suggestions of earlier cases are: precision and recall over labelled cases and petitions, through the real
//! store. `--no-capture` shows the figures.

use kiennghi_shared::id::DocumentId;
use kiennghi_shared::papers::consolidation_of;
use kiennghi_shared::record::Edit;
use kiennghi_shared::schema::Kind;
use serde_json::Value;

use crate::district::Draft;
use crate::http::{Device, Server};
use crate::suggestions::{Part, Sample, Share, lines, samples, server};

/// The labelled cases: the villages that raised each stand in the place of a petition's.
fn cases() -> Vec<Sample> {
    lines(include_str!("../fixtures/alike-cases.txt"), |_| {
        Part::Unseen
    })
}

/// Writes the cases, each with a petition of each of its villages.
fn consolidate(server: &Server, device: &Device, cases: &[Sample]) -> Vec<DocumentId> {
    let district = server.bench.store.district().expect("a district");
    let unit_of = |village: &str| {
        let mut units = district.units.iter();
        let unit = units.find(|unit| unit.villages.iter().any(|known| known == village));
        unit.expect("a village of the district").code.0.clone()
    };
    let phone = &device.phone;
    let made = cases.iter().map(|case| {
        let wording = [Edit::new("wording", case.content)];
        let mut document = Draft::new(phone, Kind::Case, "QN-DH", &wording);
        let id = document.header.id;
        let mut drafts = vec![document.take()];
        for village in case.village.split("; ") {
            let unit = unit_of(village);
            let said = [Edit::new("village", village)];
            let mut petition = Draft::new(phone, Kind::Petition, &unit, &said);
            let petition_id = petition.header.id;
            drafts.push(petition.take());
            let placed = [
                Edit::new("petition", petition_id.to_string().as_str()),
                Edit::new("case", id.to_string().as_str()),
            ];
            let mut placing = Draft::new(phone, Kind::Consolidation, &unit, &placed);
            placing.header.id = consolidation_of(petition_id);
            drafts.push(placing.take());
        }
        server.bench.push(phone, drafts);
        id
    });
    made.collect()
}

#[tokio::test]
async fn earlier_cases_that_are_suggested_are_mostly_about_the_same() {
    let (samples, cases) = (samples(), cases());
    let (server, device, petitions) = server(&samples);
    let ids = consolidate(&server, &device, &cases);
    let matter_of = |found: &Value| {
        let id = found["row"]["id"].as_str().expect("an id");
        let at = ids.iter().position(|known| known.to_string() == id);
        cases[at.expect("known")].matter
    };
    let [mut shown, mut first, mut found, mut silence] = [(); 4].map(|()| Share::default());
    for (sample, petition) in samples.iter().zip(&petitions) {
        let path = format!("/api/v1/petitions/{petition}/similar?limit=3");
        let list = server.get(&path, &device.token).await.json();
        let suggested = list["cases"].as_array().expect("a list").iter();
        let right: Vec<bool> = suggested
            .map(|case| matter_of(case) == sample.matter)
            .collect();
        right.iter().for_each(|is_right| shown.add(*is_right));
        if cases.iter().any(|case| case.matter == sample.matter) {
            right
                .iter()
                .take(1)
                .for_each(|is_right| first.add(*is_right));
            found.add(right.contains(&true));
        } else {
            silence.add(right.is_empty());
        }
    }
    let [shown, first, found, silence] = [&shown, &first, &found, &silence].map(Share::value);
    println!("| precision@3 | of the first | recall@3 | silence |");
    println!("| {shown:.2} | {first:.2} | {found:.2} | {silence:.2} |");
    assert!(shown > 0.7 && first > 0.9 && found > 0.9 && silence > 0.65);
}
