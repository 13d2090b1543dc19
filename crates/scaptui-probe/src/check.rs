//! Can this process capture on this kernel? Each thing a capture needs is done once, in small, and undone.
//!
//! What is found is written as a line of JSON each, for `scaptui doctor` to put into words:
//! `{"fact":"program","ok":false,"errno":1}`. An error number is the kernel's; what is not needed any more because
//! something before it failed is not tried and has no line.

mod bpf;

use std::io::{self, Write};

/// The tracepoint that every capture is attached to.
const TRACEPOINT: &std::ffi::CStr = c"sys_exit";

/// Tries and writes what was found.
///
/// # Errors
/// Writing failed.
pub fn write(to: &mut impl Write) -> io::Result<()> {
    writeln!(to, r#"{{"fact":"version","value":"{}"}}"#, env!("CARGO_PKG_VERSION"))?;
    writeln!(to, r#"{{"fact":"capabilities","value":{}}}"#, effective_capabilities())?;
    fact(to, "ring buffer", &bpf::ring_buffer(rustix::param::page_size()))?;
    let program = bpf::program();
    fact(to, "program", &program)?;
    if let Ok(program) = program {
        fact(to, "tracepoint", &bpf::attach(&program, TRACEPOINT))?;
    }
    to.flush()
}

fn fact<T>(to: &mut impl Write, name: &str, result: &io::Result<T>) -> io::Result<()> {
    match result {
        Ok(_) => writeln!(to, r#"{{"fact":"{name}","ok":true}}"#),
        Err(error) => {
            let errno = error.raw_os_error().unwrap_or_default();
            writeln!(to, r#"{{"fact":"{name}","ok":false,"errno":{errno}}}"#)
        }
    }
}

/// The effective capabilities of this process, a bit each; 0 when /proc is not there.
fn effective_capabilities() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let set = status.lines().find_map(|line| line.strip_prefix("CapEff:"));
    set.and_then(|set| u64::from_str_radix(set.trim(), 16).ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facts_are_lines() {
        let mut out = Vec::new();
        fact(&mut out, "program", &Err::<(), _>(io::Error::from_raw_os_error(1))).unwrap();
        fact(&mut out, "ring buffer", &Ok(())).unwrap();
        let expected = "{\"fact\":\"program\",\"ok\":false,\"errno\":1}\n{\"fact\":\"ring buffer\",\"ok\":true}\n";
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }

    #[test]
    fn this_kernel_answers_everything_or_says_why_not() {
        let mut out = Vec::new();
        write(&mut out).unwrap();
        let out = String::from_utf8(out).unwrap();
        for (line, name) in out.lines().zip(["version", "capabilities", "ring buffer", "program", "tracepoint"]) {
            assert!(line.starts_with(&format!("{{\"fact\":\"{name}\",")), "{out}");
        }
        let has_program = out.contains(r#"{"fact":"program","ok":true}"#);
        assert_eq!(out.lines().count(), if has_program { 5 } else { 4 });
    }
}
