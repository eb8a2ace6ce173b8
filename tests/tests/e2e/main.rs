//! The whole system from outside: phones, the command-line phone, the real server process, and
//! the network between them at its worst.

mod ahead;
mod cost;
mod enrolled_again;
mod first_load;
mod kill;
mod live;
mod lost_rows;
mod merge;
mod network;
mod overload;
mod program;
mod replies;
mod restore;
mod review;
mod scope;
mod scope_change;
mod stop;
mod support;
mod tombstone;
