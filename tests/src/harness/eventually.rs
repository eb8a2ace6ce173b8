//! Waiting for another process: asks again and again until a deadline, and says what it waited
//! for when it never came.

use std::time::{Duration, Instant};

const STEP: Duration = Duration::from_millis(2);

/// Asks until there is an answer.
///
/// # Panics
/// When there is none after `deadline`.
pub fn eventually<T>(what: &str, deadline: Duration, mut ask: impl FnMut() -> Option<T>) -> T {
    let start = Instant::now();
    loop {
        if let Some(answer) = ask() {
            return answer;
        }
        assert!(start.elapsed() < deadline, "waited {deadline:?} for {what}");
        std::thread::sleep(STEP);
    }
}

/// Asks until there is an answer, without holding up the other tasks.
///
/// # Panics
/// When there is none after `deadline`.
pub async fn eventually_async<T>(
    what: &str,
    deadline: Duration,
    mut ask: impl AsyncFnMut() -> Option<T>,
) -> T {
    let start = Instant::now();
    loop {
        if let Some(answer) = ask().await {
            return answer;
        }
        assert!(start.elapsed() < deadline, "waited {deadline:?} for {what}");
        tokio::time::sleep(STEP).await;
    }
}
