//! What the phone and the server of Kiến Nghị have in common: the kinds of document and their
//! fields, editing and reading them over automerge, the wire format of sync, the validator that
//! stands before automerge, the rules of access, and the phone's side of sync as a state machine.
//!
//! Knows no HTTP, database, browser, clock or source of randomness: time and random bytes are
//! passed in by the caller.

pub mod access;
pub mod account;
pub mod administration;
pub mod alert;
pub mod bodies;
pub mod briefing;
pub mod calendar;
pub mod casefile;
pub mod catalogue;
pub mod code;
pub mod deadline;
pub mod desk;
pub mod document;
pub mod field_of_work;
pub mod fields;
pub mod id;
pub mod import;
pub mod limits;
pub mod office;
pub mod order;
pub mod papers;
pub mod passphrase;
pub mod petitioner;
pub mod profile;
pub mod receipt;
pub mod record;
pub mod results;
pub mod review;
pub mod schema;
pub mod scope;
pub mod session;
pub mod similar;
pub mod text;
pub mod validate;
pub mod wire;
