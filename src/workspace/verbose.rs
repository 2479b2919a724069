//! Messages on stderr about the work itself: `-v` tells its steps, `-vv` each file too. They name what was read and why it is read once
//! more, and no times, so that two runs say the same.

use std::sync::atomic::{AtomicU8, Ordering};

use super::output::line_on_stderr;

/// The level at which the steps of a command are told: passes over the logs, and the reason for each.
pub(crate) const STEPS: u8 = 1;

/// The level at which each file is told too.
pub(crate) const FILES: u8 = 2;

/// The level that was asked for, the same for the whole run.
static LEVEL: AtomicU8 = AtomicU8::new(0);

/// Sets the level for the run.
pub(crate) fn set(level: u8) {
    LEVEL.store(level, Ordering::Relaxed);
}

/// True if messages of this level are asked for.
pub(crate) fn is_asked_for(level: u8) -> bool {
    LEVEL.load(Ordering::Relaxed) >= level
}

/// Tells what is being done, if it is asked for.
pub(crate) fn line(level: u8, words: impl FnOnce() -> String) {
    if is_asked_for(level) {
        line_on_stderr(&words());
    }
}

/// Tells which doubts of a first pass ask for another.
pub(crate) fn doubts(doubts: [bool; 5]) {
    const WORDS: [&str; 5] = [
        "reported figures contradict a rule or a count: what agrees best with them is taken",
        "requests stand in another order than they were made in",
        "another sharing of caches may agree better with the reported hits",
        "another spacing of requests without a time may agree better with the reported hits",
        "the other direction of lines without times may agree better with the reported hits",
    ];
    for (words, _) in WORDS.iter().zip(doubts).filter(|(_, is_there)| *is_there) {
        line(STEPS, || format!("{words}: the requests are replayed once more"));
    }
}
