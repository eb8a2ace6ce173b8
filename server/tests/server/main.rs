//! Tests of the server through its store, its gate and its HTTP doors. One binary, so that no
//! file is forgotten and all are linked once.

mod administration;
mod app_files;
mod authenticator;
mod contract;
mod damage;
mod deadlines;
mod desk;
mod district;
mod doors;
mod enrolled_again;
mod failing;
mod headers;
mod http;
mod import;
mod passkeys;
mod petitioner_keys;
mod petitioners;
mod poison;
mod program;
mod quotas;
mod review;
mod review_news;
mod revoked;
mod running;
mod safekeeping;
mod scope;
mod set_up;
mod sign_in;
mod sqlite;
mod sqlite_files;
mod succession;
mod sync;
mod trial;
