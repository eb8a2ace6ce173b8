//! Tests of the server through its store, its gate and its HTTP doors. One binary, so that no
//! file is forgotten and all are linked once.

mod app_files;
mod contract;
mod district;
mod doors;
mod http;
mod poison;
mod running;
mod scope;
mod sqlite;
mod sync;
mod trial;
