//! The `cachecheck` program: everything happens in the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    cachecheck::cli::main()
}
