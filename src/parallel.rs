//! An ordered parallel map: a function runs over inputs on several threads, and its results come back in the order of the inputs,
//! so that the number of threads changes nothing but the time.
//!
//! Inputs are pushed and results popped by one thread, which works too if it would have to wait: a pool of one thread is the same
//! without helpers. Crates for this (`rayon`, `pariter`) leave the asking thread idle or own the loop over the inputs, which here
//! depends on results: how far a log may be read ahead is known only when earlier lines are read.

use std::collections::{BTreeMap, VecDeque};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

/// Inputs in flight for each helping thread: enough that none runs dry while the asking thread is busy with a result.
const AHEAD: usize = 3;

/// Results of inputs by their numbers; a panic of the function is kept to go on where its result is popped.
type Results<O> = Mutex<BTreeMap<usize, thread::Result<O>>>;

type Task = Box<dyn FnOnce() + Send>;

/// Threads that run tasks, those of several maps in the order in which they were pushed.
pub struct Pool {
    shared: Arc<Shared>,
    helpers: usize,
}

#[derive(Default)]
struct Shared {
    tasks: Mutex<Tasks>,
    /// Told of every task that is pushed or done, and of the end.
    has_changed: Condvar,
}

#[derive(Default)]
struct Tasks {
    waiting: VecDeque<Task>,
    is_closed: bool,
}

/// A function that is run over inputs in a pool.
pub struct OrderedMap<I, O> {
    pool: Arc<Pool>,
    function: Arc<dyn Fn(I) -> O + Send + Sync>,
    results: Arc<Results<O>>,
    pushed: usize,
    popped: usize,
}

impl Pool {
    /// A pool of so many threads, the asking one among them.
    pub fn new(threads: usize) -> Self {
        let (shared, helpers) = (Arc::new(Shared::default()), threads.saturating_sub(1));
        for _ in 0..helpers {
            let shared = Arc::clone(&shared);
            thread::spawn(move || shared.help());
        }
        Self { shared, helpers }
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        let mut tasks = self.shared.tasks();
        tasks.is_closed = true;
        tasks.waiting.clear();
        self.shared.has_changed.notify_all();
    }
}

impl Shared {
    /// Runs tasks until the pool is closed.
    fn help(&self) {
        let mut tasks = self.tasks();
        while !tasks.is_closed {
            tasks = self.run_or_wait(tasks);
        }
    }

    /// Runs tasks until there is a result.
    fn wait_for<O>(&self, mut result: impl FnMut() -> Option<O>) -> O {
        let mut tasks = self.tasks();
        loop {
            // Results are stored before the change is told under this lock, so that none is missed between the look and the wait.
            if let Some(result) = result() {
                return result;
            }
            tasks = self.run_or_wait(tasks);
        }
    }

    fn run_or_wait<'a>(&'a self, mut tasks: MutexGuard<'a, Tasks>) -> MutexGuard<'a, Tasks> {
        let Some(task) = tasks.waiting.pop_front() else {
            return self.has_changed.wait(tasks).unwrap_or_else(PoisonError::into_inner);
        };
        drop(tasks);
        task();
        let tasks = self.tasks();
        self.has_changed.notify_all();
        tasks
    }

    fn tasks(&self) -> MutexGuard<'_, Tasks> {
        lock(&self.tasks)
    }
}

impl<I: Send + 'static, O: Send + 'static> OrderedMap<I, O> {
    /// A map that has no inputs yet.
    pub fn new(pool: Arc<Pool>, function: impl Fn(I) -> O + Send + Sync + 'static) -> Self {
        Self { pool, function: Arc::new(function), results: Arc::default(), pushed: 0, popped: 0 }
    }

    /// Inputs whose results were not popped.
    pub fn in_flight(&self) -> usize {
        self.pushed - self.popped
    }

    /// Room for another input: one at a time if there is no helper, else as many as keep the helpers busy.
    pub fn has_room(&self) -> bool {
        self.in_flight() < 1 + AHEAD * self.pool.helpers
    }

    /// Adds an input, whatever room there is.
    pub fn push(&mut self, input: I) {
        let (function, results, number) = (Arc::clone(&self.function), Arc::clone(&self.results), self.pushed);
        let task = move || {
            // Nothing is shared with a task that panicked but its result, which is the panic.
            let result = catch_unwind(AssertUnwindSafe(|| function(input)));
            lock(&results).insert(number, result);
        };
        self.pool.shared.tasks().waiting.push_back(Box::new(task));
        self.pool.shared.has_changed.notify_all();
        self.pushed += 1;
    }

    /// The result of the input that was pushed first among those in flight; `None` if there is none.
    pub fn pop(&mut self) -> Option<O> {
        if self.in_flight() == 0 {
            return None;
        }
        let result = self.pool.shared.wait_for(|| lock(&self.results).remove(&self.popped));
        self.popped += 1;
        Some(result.unwrap_or_else(|panic| resume_unwind(panic)))
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_the_order_of_the_inputs_on_any_number_of_threads() {
        for threads in [1, 2, 5] {
            let pool = Arc::new(Pool::new(threads));
            // One map feeds another in the same pool, as reading feeds counting.
            let mut doubled = OrderedMap::new(Arc::clone(&pool), |number: u64| {
                thread::sleep(std::time::Duration::from_micros(97 * (number % 3)));
                number * 2
            });
            let mut written = OrderedMap::new(pool, |number: u64| number.to_string());
            let (mut results, mut inputs) = (Vec::new(), 0..100_u64);
            loop {
                while doubled.has_room()
                    && let Some(input) = inputs.next()
                {
                    doubled.push(input);
                }
                let Some(double) = doubled.pop() else { break };
                written.push(double);
                if !written.has_room() {
                    results.extend(written.pop());
                }
            }
            results.extend(std::iter::from_fn(|| written.pop()));
            assert_eq!(results, (0..100_u64).map(|number| (number * 2).to_string()).collect::<Vec<_>>());
        }
    }

    #[test]
    fn a_panic_goes_on_where_its_result_is_popped() {
        let mut map = OrderedMap::new(Arc::new(Pool::new(2)), |number: u64| assert_ne!(number, 1));
        (0..3).for_each(|number| map.push(number));
        assert_eq!(map.pop(), Some(()));
        assert!(catch_unwind(AssertUnwindSafe(|| map.pop())).is_err());
    }
}
