//! The capture helper: a small privileged program that writes an ordinary capture to a pipe.
#![forbid(unsafe_code)]

use std::process::ExitCode;

fn main() -> ExitCode {
    scaptui_probe::command::main()
}
