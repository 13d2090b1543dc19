//! The capture helper: a small privileged program that writes an ordinary capture to a pipe.
#![forbid(unsafe_code)]

use std::io::Write as _;
use std::process::ExitCode;

/// Refused: the same status the `scaptui` command uses.
const REFUSED: u8 = 2;

fn main() -> ExitCode {
    let first = std::env::args_os().nth(1).unwrap_or_default();
    let said = match first.to_str() {
        Some("--version") => Some(writeln!(std::io::stdout(), "scaptui-probe {}", env!("CARGO_PKG_VERSION"))),
        Some("--check") => Some(scaptui_probe::check::write(&mut std::io::stdout().lock())),
        _ => None,
    };
    if let Some(said) = said {
        return if said.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE };
    }
    // Nothing is left to tell when standard error is closed.
    let _ = writeln!(std::io::stderr(), "scaptui-probe: live capture comes in a later version");
    ExitCode::from(REFUSED)
}
