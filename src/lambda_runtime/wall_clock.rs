//! The clock on the wall, by which programs are waited for. No figure of a run comes from it.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// Now, for waiting.
#[expect(
    clippy::disallowed_methods,
    reason = "a program runs on the wall clock, and is not waited for for ever"
)]
pub(super) fn now() -> Instant {
    Instant::now()
}

/// When a wait that begins now ends, in milliseconds since 1970.
#[expect(clippy::disallowed_methods, reason = "a program asks its own clock how much time it has left")]
pub(super) fn deadline_ms(wait: Duration) -> u128 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| (since + wait).as_millis())
}
