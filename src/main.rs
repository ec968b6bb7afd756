//! The program. All it does stands in the library, so that the compiler makes none of it twice.

use std::process::ExitCode;

/// The C library's allocator keeps many heaps apart and grows with the threads that serve.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    roundtable::commands::run()
}
