//! The demo district as `data.json` has it.

use kiennghi_shared::access::Role;
use kiennghi_shared::calendar::Day;
use kiennghi_shared::deadline::Deadlines;
use kiennghi_shared::field_of_work::FieldsOfWork;
use kiennghi_shared::id::{UnitCode, UserName};
use kiennghi_shared::profile::AGENCY_TIER;
use serde::Deserialize;

use super::term::SESSIONS;
use crate::store::{CouncilSessionRow, District, GrantRow, TermRow, UnitRow, UserRow};
use crate::trees;

const JSON: &str = include_str!("data.json");

#[derive(Debug, Deserialize)]
pub(super) struct DemoData {
    /// The name of a ready-made tree.
    tree: String,
    #[serde(skip)]
    units: Vec<UnitRow>,
    agencies: Vec<Agency>,
    term: Term,
    pub(super) session: Session,
    deadlines: Deadlines,
    pub(super) users: Vec<User>,
    pub(super) meetings: Vec<Meeting>,
    pub(super) petitions: Vec<Petition>,
}

#[derive(Debug, Deserialize)]
struct Agency {
    code: UnitCode,
    name: String,
    parent: UnitCode,
}

#[derive(Debug, Deserialize)]
struct Term {
    code: String,
    name: String,
    from: String,
    to: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct Session {
    pub(super) code: String,
    term: String,
    name: String,
    kind: String,
    from: String,
    to: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct User {
    pub(super) name: UserName,
    pub(super) display: String,
    pub(super) role: Role,
    pub(super) unit: UnitCode,
}

#[derive(Debug, Deserialize)]
pub(super) struct Meeting {
    pub(super) key: String,
    pub(super) unit: UnitCode,
    pub(super) recorder: UserName,
    pub(super) date: String,
    pub(super) place: String,
    pub(super) village: String,
    pub(super) phase: String,
    pub(super) kind: String,
    pub(super) plan_number: String,
    pub(super) delegates: Vec<String>,
    pub(super) voters_present: i64,
    pub(super) minutes: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct Petition {
    pub(super) meeting: String,
    pub(super) village: String,
    pub(super) content: String,
    pub(super) voters: Option<i64>,
    pub(super) field: String,
    pub(super) competence: String,
    pub(super) petition_kind: String,
    pub(super) keywords: Vec<String>,
    pub(super) place: String,
}

impl DemoData {
    pub(super) fn read() -> serde_json::Result<Self> {
        let mut demo: Self = serde_json::from_str(JSON)?;
        demo.units = trees::units(&demo.tree).unwrap_or_default();
        // The real district ended on 30 June 2025; the council of this one goes on.
        for unit in &mut demo.units {
            unit.valid_to = None;
        }
        let founded = demo.units.first().map(|unit| unit.valid_from.clone());
        let agencies = demo.agencies.iter().map(|agency| UnitRow {
            code: agency.code.clone(),
            name: agency.name.clone(),
            tier: AGENCY_TIER.to_owned(),
            parent: Some(agency.parent.clone()),
            successor: None,
            villages: Vec::new(),
            valid_from: founded.clone().unwrap_or_default(),
            valid_to: None,
        });
        demo.units.extend(agencies);
        Ok(demo)
    }

    /// The unit's name; empty when there is no such unit.
    pub(super) fn unit_name(&self, code: &UnitCode) -> &str {
        let unit = self.units.iter().find(|unit| unit.code == *code);
        unit.map_or("", |unit| &unit.name)
    }

    /// The villages of a unit.
    pub(super) fn villages(&self, code: &UnitCode) -> &[String] {
        let unit = self.units.iter().find(|unit| unit.code == *code);
        unit.map_or(&[], |unit| &unit.villages)
    }

    /// The district with the sessions of a whole term in the place of its one.
    pub(super) fn district_of_term(&self) -> District {
        let mut district = self.district();
        let kind = &self.session.kind;
        let term = &self.session.term;
        let sessions = SESSIONS.iter().rev();
        let sessions = sessions.map(|(code, name, first)| CouncilSessionRow {
            code: (*code).to_owned(),
            term: term.clone(),
            name: (*name).to_owned(),
            kind: kind.clone(),
            starts: (*first).to_owned(),
            ends: Day::parse(first)
                .and_then(|first| first.plus(1))
                .map_or_else(|| (*first).to_owned(), |last| last.to_string()),
        });
        district.sessions = sessions.collect();
        district
    }

    pub(super) fn district(&self) -> District {
        let users = self.users.iter().map(|user| UserRow {
            name: user.name.clone(),
            display: user.display.clone(),
            disabled_at: None,
        });
        let grants = (1..)
            .zip(&self.users)
            .map(|(id, user)| GrantRow::founding(id, &user.name.0, user.role, &user.unit.0));
        let Term {
            code,
            name,
            from,
            to,
        } = &self.term;
        let term = TermRow {
            code: code.clone(),
            name: name.clone(),
            starts: from.clone(),
            ends: to.clone(),
        };
        let session = &self.session;
        let session = CouncilSessionRow {
            code: session.code.clone(),
            term: session.term.clone(),
            name: session.name.clone(),
            kind: session.kind.clone(),
            starts: session.from.clone(),
            ends: session.to.clone(),
        };
        District {
            version: 1,
            units: self.units.clone(),
            terms: vec![term],
            sessions: vec![session],
            users: users.collect(),
            grants: grants.collect(),
            deadlines: self.deadlines.clone(),
            fields: FieldsOfWork::default(),
        }
    }
}
