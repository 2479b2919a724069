//! Progress on stderr, on a terminal alone: how much was read, how fast, and how long it will take; and how far the work behind it is.

use std::fmt::Write;
use std::io::Read;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressState, ProgressStyle};

use crate::input::Source;
use crate::phase::{Watcher, watch};
use crate::report::text::thousands;

/// Time before which nothing is drawn: most runs are over by then.
const DRAWN_FROM: Duration = Duration::from_millis(500);

/// Time before which there is nothing to estimate from.
const ESTIMATED_FROM: Duration = Duration::from_secs(1);

/// Progress over the bytes of all sources.
pub(super) struct Progress(ProgressBar);

impl Progress {
    pub(super) fn over(sources: &[Source]) -> Self {
        let sizes: Option<Vec<u64>> = sources.iter().map(Source::size).collect();
        let (bar, template) = match sizes {
            Some(sizes) => (
                ProgressBar::new(sizes.iter().sum()),
                "{decimal_bytes} of {decimal_total_bytes} {wide_bar} {decimal_bytes_per_sec}{left}",
            ),
            None => (ProgressBar::new_spinner(), "{decimal_bytes} {spinner} {decimal_bytes_per_sec}"),
        };
        Self(styled(bar, template))
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

fn styled(bar: ProgressBar, template: &str) -> ProgressBar {
    match ProgressStyle::with_template(template) {
        Ok(style) => bar.with_style(style.with_key("left", left)),
        Err(_) => bar,
    }
}

/// The time that is left, once there is something to estimate it from.
fn left(state: &ProgressState, line: &mut dyn Write) {
    if state.elapsed() >= ESTIMATED_FROM && state.pos() > 0 {
        // A line that cannot be written is not shown.
        let _ = write!(line, ", {:#} left", indicatif::HumanDuration(state.eta()));
    }
}

/// The phases that have begun and are not over, the last one within the others.
struct PhaseBar(Mutex<OpenPhases>);

struct OpenPhases {
    began: Instant,
    phases: Vec<OpenPhase>,
    bar: Option<ProgressBar>,
}

struct OpenPhase {
    name: &'static str,
    done: usize,
    steps: usize,
}

/// Has the phases of the run shown.
pub(crate) fn watch_phases() {
    watch(PhaseBar(Mutex::new(OpenPhases { began: Instant::now(), phases: Vec::new(), bar: None })));
}

impl PhaseBar {
    fn open(&self) -> MutexGuard<'_, OpenPhases> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Watcher for PhaseBar {
    fn begin(&self, name: &'static str, steps: usize) {
        let mut open = self.open();
        open.phases.push(OpenPhase { name, done: 0, steps });
        open.show();
    }

    fn step(&self) {
        let mut open = self.open();
        if let Some(phase) = open.phases.last_mut() {
            phase.done += 1;
        }
        match open.bar {
            Some(_) => open.move_on(),
            None => open.show(),
        }
    }

    fn end(&self) {
        let mut open = self.open();
        open.phases.pop();
        open.show();
    }
}

impl OpenPhases {
    /// Shows the last phase that is open behind the names of the others.
    fn show(&mut self) {
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
        let Some((last, others)) = self.phases.split_last().filter(|_| self.began.elapsed() >= DRAWN_FROM) else {
            return;
        };
        let others = others.iter().map(|phase| {
            format!("{} ({} of {}): ", phase.name, thousands(phase.done as u64), thousands(phase.steps as u64))
        });
        let message = format!("{}{}", others.collect::<String>(), last.name);
        let bar =
            styled(ProgressBar::new(last.steps as u64), "{msg}, {human_pos} of {human_len} {wide_bar} {per_sec}{left}");
        self.bar = Some(bar.with_message(message));
        self.move_on();
    }

    fn move_on(&self) {
        if let (Some(bar), Some(phase)) = (&self.bar, self.phases.last()) {
            bar.set_position(phase.done as u64);
        }
    }
}
