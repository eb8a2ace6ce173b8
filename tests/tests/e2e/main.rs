//! The whole system from outside: phones, the command-line phone, the real server process, and
//! the network between them at its worst.

mod cost;
mod kill;
mod live;
mod merge;
mod network;
mod program;
mod replies;
mod review;
mod scope;
mod stop;
mod support;
