//! Progress of reading: how much, how fast, and how long it will take.

use indicatif::{ProgressBar, ProgressStyle};

use crate::input::Source;

/// Progress over the bytes of all sources, on stderr and only on a terminal.
pub(super) fn over(sources: &[Source]) -> ProgressBar {
    let sizes: Option<Vec<u64>> = sources.iter().map(Source::size).collect();
    let (bar, template) = match sizes {
        Some(sizes) => {
            (ProgressBar::new(sizes.iter().sum()), "{bytes} of {total_bytes} {wide_bar} {bytes_per_sec}, {eta} left")
        }
        None => (ProgressBar::new_spinner(), "{bytes} {spinner} {bytes_per_sec}"),
    };
    match ProgressStyle::with_template(template) {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}
