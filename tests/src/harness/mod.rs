//! The real server as a process of its own, a proxy that does what networks do, a demo district to
//! begin with, and the patience to wait for other processes without sleeping blindly.

mod authority;
mod compare;
mod demo;
mod eventually;
mod memory;
mod petitions;
mod program;
mod proxy;
mod rewrite;
mod server;
mod tunnel;

pub use authority::{Authority, Issued};
pub use compare::{back_in_step, changes, exported, heads};
pub use demo::Demo;
pub use eventually::{eventually, eventually_async};
pub use memory::{handles, memory_peak};
pub use petitions::{Petitions, Sample};
pub use program::{phone_program, server_program};
pub use proxy::{Mode, Proxy};
pub use rewrite::{Stall, leave_cases_stale};
pub use server::Server;
pub use tunnel::{Tunnel, certificate_of};
