//! The `cachecheck` program: everything happens in the library, but for what must be known before `main`.

use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};

use mimalloc::MiMalloc;

#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

/// True if whoever started the program had closed stdout (`>&-`).
static STDOUT_IS_CLOSED: AtomicBool = AtomicBool::new(false);

// Before `main`, Rust opens /dev/null in place of a closed stream. From then on it looks as the /dev/null of `>/dev/null`, and all
// that is written would be lost with exit code 0. Others open /dev/null for reading and writing as well, as Node and Python do, so
// that nothing in /proc tells the two apart.
#[cfg(unix)]
ctor::declarative::ctor! {
    #[ctor(unsafe)]
    fn look_at_stdout() {
        let is_closed = rustix::io::fcntl_getfd(rustix::stdio::stdout()).is_err();
        STDOUT_IS_CLOSED.store(is_closed, Ordering::Relaxed);
    }
}

fn main() -> ExitCode {
    cachecheck::cli::main(STDOUT_IS_CLOSED.load(Ordering::Relaxed))
}
