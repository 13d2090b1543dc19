//! The program: what the command line asks for is done, what cannot be done is said.

use std::io::Write as _;
use std::process::ExitCode;

use crate::check;
use crate::recorder::options::{self, Command};
use crate::recorder::run;

/// Refused: the same status the `scaptui` command uses.
const REFUSED: u8 = 2;

/// Does what the arguments of this process say; gives its status.
pub fn main() -> ExitCode {
    let result = match options::parse(std::env::args_os().skip(1)) {
        Ok(Command::Help) => return print(options::HELP),
        Ok(Command::Version) => return print(concat!("scaptui-probe ", env!("CARGO_PKG_VERSION"), "\n")),
        Ok(Command::Check) => {
            return match check::write(&mut std::io::stdout().lock()) {
                Ok(()) => ExitCode::SUCCESS,
                Err(_) => ExitCode::FAILURE,
            }
        }
        Ok(Command::Record(options)) => run::record(&options),
        Err(error) => Err(error),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Nothing is left to tell when standard error is closed.
            let _ = writeln!(std::io::stderr(), "scaptui-probe: {error}");
            ExitCode::from(REFUSED)
        }
    }
}

fn print(text: &str) -> ExitCode {
    match std::io::stdout().write_all(text.as_bytes()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}
