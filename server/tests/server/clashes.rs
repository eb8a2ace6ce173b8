//! A petition that two people put into two cases at once: the case file tells of both, and a person chooses.

use kiennghi_shared::id::{ChangeHash, DocumentId};
use kiennghi_shared::papers::consolidation_of;
use kiennghi_shared::record::Edit;
use kiennghi_shared::schema::Kind;
use serde_json::{Value, json};

use crate::district::{Draft, NOW, Phone};
use crate::office::Office;

/// What somebody says of where a petition is.
fn said(petition: DocumentId, case: Option<DocumentId>) -> [Edit; 2] {
    let case = case.map_or_else(String::new, |case| case.to_string());
    [
        Edit::new("petition", petition.to_string().as_str()),
        Edit::new("case", case.as_str()),
    ]
}

impl Office {
    fn says(&self, phone: &Phone, petition: DocumentId, case: DocumentId) -> Draft {
        let edits = said(petition, Some(case));
        let mut draft = Draft::new(phone, Kind::Consolidation, "P-D-A", &edits);
        draft.header.id = consolidation_of(petition);
        draft
    }

    async fn file(&self, user: &str, case: DocumentId) -> Value {
        let device = self.server.device(user);
        self.get(&device, &format!("/api/v1/cases/{case}")).await
    }

    /// The only voice of a case's file.
    async fn only_voice(&self, user: &str, case: DocumentId) -> Value {
        let file = self.file(user, case).await;
        let voices = file["voices"].as_array().expect("a list");
        assert_eq!(voices.len(), 1, "{file}");
        voices[0].clone()
    }

    /// The row of a petition in the table.
    async fn row(&self, petition: DocumentId) -> Value {
        let device = self.server.device("committee");
        let path = format!("/api/v1/petitions?id={petition}");
        let list = self.get(&device, &path).await;
        assert_eq!(list["total"], 1, "{list}");
        list["petitions"][0].clone()
    }

    /// Chooses a case on top of the version that a voice was shown with.
    fn choose(&self, user: &str, petition: DocumentId, voice: &Value, case: Option<DocumentId>) {
        let heads = voice["heads"].as_array().expect("heads").iter();
        let heads: Vec<ChangeHash> = heads
            .map(|head| head.as_str().expect("a hash").parse().expect("a hash"))
            .collect();
        let phone = self.phone(user);
        let stored = self
            .server
            .bench
            .store
            .documents(&[consolidation_of(petition)]);
        let stored = stored.expect("read").remove(0);
        let mut draft = Draft {
            header: stored.header.clone(),
            document: stored.document().expect("sound"),
            changes: Vec::new(),
        };
        let (kind, name) = (Kind::Consolidation, &phone.caller.user.name);
        let edits = said(petition, case);
        draft.document.set_actor(phone.actor);
        let change = draft
            .document
            .edit_at(&heads, phone.actor, kind, &edits, name, NOW);
        let change = change.expect("edit").expect("something changed");
        draft.changes.push(change.bytes);
        self.push(user, &mut draft);
    }
}

#[tokio::test]
async fn a_petition_that_was_put_into_two_cases_at_once_is_chosen_for_one_of_them() {
    let office = Office::new();
    let petition = office.write("a-1", Kind::Petition, "P-D-A", &[("content", "Cầu hỏng")]);
    let case = |wording| office.write("committee", Kind::Case, "P-D", &[("wording", wording)]);
    let cases = [case("Cầu Khe Mạ"), case("Cầu Nà Pá"), case("Cầu treo")];
    for (user, case) in [("committee", cases[0]), ("front", cases[1])] {
        let mut draft = office.says(&office.phone(user), petition, case);
        office.push(user, &mut draft);
    }
    let device = office.server.device("committee");
    let list = office.get(&device, "/api/v1/petitions").await;
    let shown = list["petitions"][0]["case"].as_str().expect("a case");
    let shown: DocumentId = shown.parse().expect("an id");
    let (other, by, wording) = match shown == cases[0] {
        true => (cases[1], "front", "Cầu Nà Pá"),
        false => (cases[0], "committee", "Cầu Khe Mạ"),
    };
    let voice = office.only_voice("committee", shown).await;
    let claims = voice["instead"].as_array().expect("a list");
    assert_eq!(claims.len(), 1, "{voice}");
    let claim = &claims[0];
    assert_eq!(claim["case"], json!(other));
    assert_eq!(claim["wording"], json!(wording));
    assert_eq!(claim["author"], json!(by));
    assert_eq!(claim["author_name"], json!(format!("Ông {by}")));

    // The other case says so, too.
    let file = office.file("committee", other).await;
    assert_eq!(file["voices"], json!([]));
    let elsewhere = file["elsewhere"].as_array().expect("a list");
    assert_eq!(elsewhere.len(), 1, "{file}");
    assert_eq!(elsewhere[0]["id"], json!(petition));
    assert_eq!(elsewhere[0]["heads"], voice["heads"]);
    assert_eq!(elsewhere[0]["instead"].as_array().map(Vec::len), Some(1));
    assert_eq!(elsewhere[0]["instead"][0]["case"], json!(shown));
    for case in [shown, cases[2]] {
        let file = office.file("committee", case).await;
        assert_eq!(file["elsewhere"], json!([]), "{case}");
    }

    // Two people read this. The first moves it elsewhere, the other knows nothing of that.
    office.choose("front", petition, &voice, Some(cases[2]));
    let settled = office.only_voice("committee", cases[2]).await;
    assert_eq!(settled["instead"], json!([]), "one has chosen");
    let file = office.file("committee", other).await;
    assert_eq!(file["elsewhere"], json!([]), "one has chosen");
    office.choose("committee", petition, &voice, Some(other));
    let list = office.get(&device, "/api/v1/petitions").await;
    let shown = list["petitions"][0]["case"].as_str().expect("a case");
    let shown: DocumentId = shown.parse().expect("an id");
    let voice = office.only_voice("committee", shown).await;
    let rest = if shown == other { cases[2] } else { other };
    assert_eq!(voice["instead"].as_array().map(Vec::len), Some(1));
    assert_eq!(
        voice["instead"][0]["case"],
        json!(rest),
        "a choice that passed over another is one of two"
    );

    // Chosen on top of both, it is settled: also that it is in none.
    office.choose("committee", petition, &voice, Some(other));
    let voice = office.only_voice("committee", other).await;
    assert_eq!(voice["instead"], json!([]));
    office.choose("committee", petition, &voice, None);
    let list = office.get(&device, "/api/v1/petitions").await;
    assert_eq!(list["petitions"][0]["case"], Value::Null);
}

#[tokio::test]
async fn who_reads_no_consolidation_hears_of_no_clash() {
    let office = Office::new();
    let petition = office.write("a-1", Kind::Petition, "P-D-A", &[("content", "Cầu hỏng")]);
    let case = |wording| office.write("committee", Kind::Case, "P-D", &[("wording", wording)]);
    let cases = [case("Cầu Khe Mạ"), case("Cầu Nà Pá")];
    for (user, case) in [("committee", cases[0]), ("front", cases[1])] {
        let mut draft = office.says(&office.phone(user), petition, case);
        office.push(user, &mut draft);
    }
    let device = office.server.device("committee");
    let list = office.get(&device, "/api/v1/petitions").await;
    let shown = list["petitions"][0]["case"].as_str().expect("a case");
    let shown: DocumentId = shown.parse().expect("an id");
    for (user, claims) in [("a-1", 0), ("board", 1), ("commune-committee", 1)] {
        let voice = office.only_voice(user, shown).await;
        let told = voice["instead"].as_array().expect("a list");
        assert_eq!(told.len(), claims, "{user}");
    }
    let other = if shown == cases[0] {
        cases[1]
    } else {
        cases[0]
    };
    office.letter("committee", "P-D", other, "2025-06-02");
    for (user, count) in [("board", 1), ("committee", 1), ("executive", 0)] {
        let file = office.file(user, other).await;
        let told = file["elsewhere"].as_array().expect("a list");
        assert_eq!(told.len(), count, "{user}");
    }
    // A commune's committee does not see the district's case that carries nothing of its own.
    let voice = office.only_voice("commune-committee", shown).await;
    assert_eq!(voice["instead"][0]["wording"], json!(""));
}

#[tokio::test]
async fn what_one_put_into_a_case_and_another_took_out_is_told_there() {
    let office = Office::new();
    let petition = office.write("a-1", Kind::Petition, "P-D-A", &[("content", "Cầu hỏng")]);
    let case = |wording| office.write("committee", Kind::Case, "P-D", &[("wording", wording)]);
    let cases = [case("Cầu Khe Mạ"), case("Cầu Nà Pá")];
    assert_eq!(office.row(petition).await["heads"], json!([]));
    let mut draft = office.says(&office.phone("committee"), petition, cases[0]);
    office.push("committee", &mut draft);
    let voice = office.only_voice("committee", cases[0]).await;
    assert_eq!(
        office.row(petition).await["heads"],
        json!([]),
        "it is in a case"
    );

    // Two people read this: one moves it, the other takes it out.
    office.choose("front", petition, &voice, Some(cases[1]));
    office.choose("committee", petition, &voice, None);
    let row = office.row(petition).await;
    let (place, heads, instead) = match row["case"].is_null() {
        true => {
            let file = office.file("committee", cases[1]).await;
            let told = file["elsewhere"][0].clone();
            assert_eq!(
                told["heads"], row["heads"],
                "it is written on top of the same"
            );
            ("elsewhere", told["heads"].clone(), told["instead"].clone())
        }
        false => {
            let voice = office.only_voice("committee", cases[1]).await;
            ("voices", voice["heads"].clone(), voice["instead"].clone())
        }
    };
    assert_eq!(heads.as_array().map(Vec::len), Some(2), "{place}");
    assert_eq!(instead[0]["case"], Value::Null, "{place}");
    assert_eq!(instead.as_array().map(Vec::len), Some(1), "{place}");

    let chosen = json!({ "heads": heads });
    office.choose("committee", petition, &chosen, None);
    let file = office.file("committee", cases[1]).await;
    assert_eq!(
        (&file["elsewhere"], &file["voices"]),
        (&json!([]), &json!([]))
    );
    let row = office.row(petition).await;
    assert_eq!(row["case"], Value::Null);
    assert_eq!(row["heads"].as_array().map(Vec::len), Some(1));
}
