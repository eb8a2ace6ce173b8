//! How often somebody may ask: budgets that fill up again with time, and tries at a secret that must
//! wait longer after each failure. All of it is bounded in memory, and told what time it is.

mod budget;
mod recent;
mod tries;

pub use self::budget::Budgets;
pub use self::tries::{Tries, Try};
