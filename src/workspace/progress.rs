//! Progress of reading: how much, how fast, and how long it will take.

use std::io::Read;

use indicatif::{ProgressBar, ProgressStyle};

use crate::input::Source;

/// Progress over the bytes of all sources, on stderr and only on a terminal.
pub(super) struct Progress(ProgressBar);

impl Progress {
    pub(super) fn over(sources: &[Source]) -> Self {
        let sizes: Option<Vec<u64>> = sources.iter().map(Source::size).collect();
        let (bar, template) = match sizes {
            Some(sizes) => (
                ProgressBar::new(sizes.iter().sum()),
                "{bytes} of {total_bytes} {wide_bar} {bytes_per_sec}, {eta} left",
            ),
            None => (ProgressBar::new_spinner(), "{bytes} {spinner} {bytes_per_sec}"),
        };
        Self(match ProgressStyle::with_template(template) {
            Ok(style) => bar.with_style(style),
            Err(_) => bar,
        })
    }

    /// Counts the raw bytes of a source as they are read.
    pub(super) fn count(&self) -> impl FnOnce(Box<dyn Read + Send>) -> Box<dyn Read + Send> + 'static {
        let bar = self.0.clone();
        // A hidden bar is seen by nobody, and what it counts is read by way of memory that is cleared first.
        move |raw| if bar.is_hidden() { raw } else { Box::new(bar.wrap_read(raw)) }
    }

    pub(super) fn finish(&self) {
        self.0.finish_and_clear();
    }
}
