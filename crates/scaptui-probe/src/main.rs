//! The capture helper: a small privileged program that writes an ordinary capture to a pipe.
#![forbid(unsafe_code)]

use std::io::Write as _;
use std::process::ExitCode;

/// Refused: the same status the `scaptui` command uses.
const REFUSED: u8 = 2;

fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1);
    if arguments.next().is_some_and(|first| first == "--version") {
        let said = writeln!(std::io::stdout(), "scaptui-probe {}", env!("CARGO_PKG_VERSION"));
        return if said.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE };
    }
    // Nothing is left to tell when standard error is closed.
    let _ = writeln!(std::io::stderr(), "scaptui-probe: live capture comes in a later version");
    ExitCode::from(REFUSED)
}
