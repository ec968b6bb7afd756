//! What `make bench`, `make bench-compare`, `make bench-meeting` and `make verify` run: `cargo bench --bench bench --
//! pages`, `compare PROGRAM NAME`, `meeting`, `verify`. Each makes its databases in the temporary folder (`TMPDIR`),
//! serves them on free ports of 127.0.0.1 and removes them again.

mod connection;
mod meeting;
mod pages;
mod postgres;
mod server;
mod settings;
mod verify;

use std::process::ExitCode;

/// As in the program that is measured: a static answer stands beside its pages.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Whatever ends the work, in words.
pub type Outcome<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let outcome = match words[..] {
        ["pages"] => pages::measure(),
        ["compare", program, name] => pages::compare(program, name),
        [pages::STILL] => pages::serve_still(),
        ["meeting"] => meeting::run(),
        ["verify"] => verify::run(),
        // A test runner that lists or runs all targets gets nothing.
        _ => {
            eprintln!("bench: pages, compare PROGRAM NAME, meeting or verify");
            Ok(())
        }
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench: {error}");
            ExitCode::FAILURE
        }
    }
}
