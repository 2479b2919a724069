//! Phases of work that may take long, counted in equal steps for whoever shows how far they are. Nobody does unless somebody watches.

use std::sync::OnceLock;

/// Somebody who shows phases, of which one may be within another.
pub trait Watcher: Send + Sync {
    /// A phase of so many steps begins.
    fn begin(&self, name: &'static str, steps: usize);
    /// The next step of the last phase that began is done.
    fn step(&self);
    /// The last phase that began is over.
    fn end(&self);
}

static WATCHER: OnceLock<Box<dyn Watcher>> = OnceLock::new();

/// Has the phases of the run watched.
pub fn watch(watcher: impl Watcher + 'static) {
    // A watcher that is there already goes on to be.
    let _ = WATCHER.set(Box::new(watcher));
}

/// A phase, which is over when it is dropped.
#[derive(Debug)]
pub struct Phase(());

impl Phase {
    /// Begins a phase of so many steps; its name says what is done to each.
    #[must_use]
    pub fn begin(name: &'static str, steps: usize) -> Self {
        if let Some(watcher) = WATCHER.get() {
            watcher.begin(name, steps);
        }
        Self(())
    }

    /// The next step is done.
    pub fn step(&self) {
        if let Some(watcher) = WATCHER.get() {
            watcher.step();
        }
    }

    /// All of these, each of which is a step.
    pub fn over<I: ExactSizeIterator>(name: &'static str, items: I) -> impl Iterator<Item = I::Item> {
        let phase = Self::begin(name, items.len());
        items.inspect(move |_| phase.step())
    }
}

impl Drop for Phase {
    fn drop(&mut self) {
        if let Some(watcher) = WATCHER.get() {
            watcher.end();
        }
    }
}
