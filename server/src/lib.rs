//! The district's server of Kiến Nghị: takes changes from phones through the gate, keeps them,
//! and feeds them to whoever may see them. `ARCHITECTURE.md` tells the way of one push.
//!
//! Imports point one way: `commands → app → http → printing, intake, alerts → sync, auth → gate → projection,
//! feed, store → shared`. SQL is in `store` alone; only `app` and `commands` name SQLite.

mod alerts;
pub mod app;
pub mod auth;
pub mod clock;
pub mod commands;
pub mod config;
mod error;
pub mod feed;
pub mod gate;
mod http;
pub mod intake;
pub mod papers;
pub mod printing;
pub mod projection;
pub mod rates;
pub mod signet;
pub mod similarity;
pub mod spreadsheet;
pub mod store;
pub mod sync;
mod tls;
pub mod trees;
