//! The log on standard error: our own lines as `RUST_LOG` asks, of libraries no more than warnings, of records no word.

use std::any::Any;
use std::io::IsTerminal;
use std::panic::PanicHookInfo;

use tracing::{Level, Metadata};
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, fmt, registry};

/// Starts the log, and has it tell of panics.
pub fn start() {
    let asked = EnvFilter::try_from_default_env().unwrap_or_else(|_| "info".into());
    let lines = fmt::layer().with_writer(std::io::stderr).with_ansi(has_colours());
    registry().with(lines).with(asked).with(filter_fn(is_safe)).init();
    std::panic::set_hook(Box::new(tell_of_panic));
}

/// Colour codes are for eyes at a terminal, never for a file.
fn has_colours() -> bool {
    std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}

/// Below a warning, libraries tell what they work on, which may be what someone wrote; rmcp does so in warnings too.
fn is_safe(line: &Metadata<'_>) -> bool {
    match line.target().split("::").next() {
        Some("roundtable") => true,
        Some("rmcp") => false,
        _ => *line.level() <= Level::WARN,
    }
}

fn tell_of_panic(panic: &PanicHookInfo<'_>) {
    let place = panic.location().map(ToString::to_string).unwrap_or_default();
    tracing::error!(place, words = words_of(panic.payload()), "a panic");
}

/// A literal is ours; a message that was put together may quote the text it stumbled over.
fn words_of(payload: &(dyn Any + Send)) -> &'static str {
    payload.downcast_ref::<&'static str>().copied().unwrap_or("not told, since they may quote a record")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_tells_its_literal_and_quotes_no_text() {
        let told = |panics: fn()| words_of(&*std::panic::catch_unwind(panics).unwrap_err());
        assert_eq!(told(|| panic!("a rule was broken")), "a rule was broken");
        assert!(!told(|| drop("sécret"[2..].to_owned())).contains("cret"));
    }
}
