//! The command line.

use std::collections::HashSet;
use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use crate::recorder::plan::is_known;

/// Shown by `--help`.
pub(crate) const HELP: &str = "\
Usage: scaptui-probe [OPTION]...
Records system calls of the whole machine as a .scap stream on standard output.

  -o FILE               write to FILE, which must not exist yet
  --for SECONDS         end after so many seconds
  --snaplen N           bytes kept of what calls read and write (80)
  --buffer SIZE         memory of all ring buffers together, as 64M (64M)
  --exit-only           no enter events: half the volume, no latencies
  --compat 0.29         only what sysdig 0.29 can read
  --syscalls A,B        only these calls, and for state those that open descriptors
  --pid N,N             only these processes
  --follow              with --pid also the processes that they start
  --comm NAME,NAME      only threads that readers know by these names
  --uid N,N             only processes of these users
  --cgroup PATH         only the control group at PATH below /sys/fs/cgroup, and those in it
  --newest-cgroup N     with --cgroup also groups made after the one whose directory is inode N
  --exclude-pid N       leave out this process, as the probe leaves out itself
  --switches            also context switches
  --page-faults         also page faults
  --no-env              leave environments of running processes out
  --status-fd N         a line of JSON each second on this descriptor, first {\"ready\":true}
  --check               try what a capture needs, and say what works as lines of JSON
  --version, --help

Process starts and ends come of every process, whatever is asked for. Needs root, or the
capabilities CAP_BPF, CAP_PERFMON, CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH.
Example: scaptui-probe --for 15 -o trace.scap
";

/// What is asked for.
#[derive(Clone, Debug)]
#[allow(clippy::struct_excessive_bools, reason = "each is a switch of the command line")]
pub(crate) struct Options {
    pub(crate) output: Option<PathBuf>,
    pub(crate) duration: Option<Duration>,
    pub(crate) snaplen: u32,
    pub(crate) buffer: u64,
    pub(crate) enters: bool,
    pub(crate) compat: bool,
    pub(crate) syscalls: HashSet<String>,
    pub(crate) pids: Vec<u32>,
    pub(crate) follow: bool,
    pub(crate) comms: Vec<String>,
    pub(crate) uids: Vec<u32>,
    pub(crate) cgroup: Option<PathBuf>,
    /// 0 when no others are asked for.
    pub(crate) newest_cgroup: u64,
    pub(crate) exclude: u32,
    pub(crate) switches: bool,
    pub(crate) page_faults: bool,
    pub(crate) env: bool,
    pub(crate) status: Option<i32>,
}

/// What the command line says.
#[derive(Debug)]
pub(crate) enum Command {
    Help,
    Version,
    /// What a capture needs is tried.
    Check,
    Record(Box<Options>),
}

/// The longest part of a buffer that is kept: lengths take two bytes, and something may stand before the data.
const LONGEST: u32 = 65_000;

impl Default for Options {
    fn default() -> Self {
        Options {
            output: None,
            duration: None,
            snaplen: 80,
            buffer: 64 << 20,
            enters: true,
            compat: false,
            syscalls: HashSet::new(),
            pids: Vec::new(),
            follow: false,
            comms: Vec::new(),
            uids: Vec::new(),
            cgroup: None,
            newest_cgroup: 0,
            exclude: 0,
            switches: false,
            page_faults: false,
            env: true,
            status: None,
        }
    }
}

/// Reads the arguments behind the program's name.
///
/// # Errors
/// A sentence for standard error.
pub(crate) fn parse(arguments: impl Iterator<Item = OsString>) -> Result<Command, String> {
    let mut options = Options::default();
    let mut arguments = arguments;
    while let Some(argument) = arguments.next() {
        let argument = argument.into_string().map_err(|bad| format!("{bad:?} is no option"))?;
        let (name, mut value) = match argument.split_once('=') {
            Some((name, value)) if name.starts_with("--") => (name.to_owned(), Some(OsString::from(value))),
            _ => (argument, None),
        };
        let mut value = || value.take().or_else(|| arguments.next()).ok_or_else(|| format!("{name} needs a value"));
        match name.as_str() {
            "--help" | "-h" => return Ok(Command::Help),
            "--version" => return Ok(Command::Version),
            "--check" => return Ok(Command::Check),
            "-o" => options.output = Some(value()?.into()),
            "--for" => options.duration = Some(seconds(&text(value()?)?)?),
            "--snaplen" => options.snaplen = number(&name, &text(value()?)?, LONGEST)?,
            "--buffer" => options.buffer = size(&text(value()?)?)?,
            "--exit-only" => options.enters = false,
            "--compat" => options.compat = compat(&text(value()?)?)?,
            "--syscalls" => options.syscalls = syscalls(&text(value()?)?)?,
            "--pid" => options.pids = numbers(&name, &text(value()?)?)?,
            "--follow" => options.follow = true,
            "--comm" => options.comms = list(&text(value()?)?),
            "--uid" => options.uids = numbers(&name, &text(value()?)?)?,
            "--cgroup" => options.cgroup = Some(value()?.into()),
            "--newest-cgroup" => {
                let value = text(value()?)?;
                options.newest_cgroup =
                    value.parse().map_err(|_| format!("--newest-cgroup takes an inode, not {value:?}"))?;
            }
            "--exclude-pid" => options.exclude = number(&name, &text(value()?)?, u32::MAX)?,
            "--switches" => options.switches = true,
            "--page-faults" => options.page_faults = true,
            "--no-env" => options.env = false,
            "--status-fd" => {
                options.status = i32::try_from(number(&name, &text(value()?)?, i32::MAX.unsigned_abs())?).ok();
            }
            other => return Err(format!("{other} is no option; see --help")),
        }
    }
    Ok(Command::Record(Box::new(options)))
}

fn text(value: OsString) -> Result<String, String> {
    value.into_string().map_err(|bad| format!("{bad:?} is not text"))
}

fn list(value: &str) -> Vec<String> {
    value.split(',').filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

fn number(name: &str, value: &str, most: u32) -> Result<u32, String> {
    match value.parse() {
        Ok(number) if number <= most => Ok(number),
        _ => Err(format!("{name} takes a number up to {most}, not {value:?}")),
    }
}

fn numbers(name: &str, value: &str) -> Result<Vec<u32>, String> {
    list(value).iter().map(|part| number(name, part, u32::MAX)).collect()
}

fn seconds(value: &str) -> Result<Duration, String> {
    let bad = || format!("--for takes seconds, as 15 or 0.5, not {value:?}");
    let seconds: f64 = value.strip_suffix('s').unwrap_or(value).parse().map_err(|_| bad())?;
    Duration::try_from_secs_f64(seconds).map_err(|_| bad())
}

/// Bytes, with K, M or G behind.
fn size(value: &str) -> Result<u64, String> {
    let bad = || format!("--buffer takes a size, as 64M, not {value:?}");
    let (digits, shift) = match value
        .trim_end_matches(['i', 'B'])
        .split_at_checked(value.trim_end_matches(['i', 'B']).len().saturating_sub(1))
    {
        Some((digits, "K" | "k")) => (digits, 10),
        Some((digits, "M" | "m")) => (digits, 20),
        Some((digits, "G" | "g")) => (digits, 30),
        _ => (value, 0),
    };
    let number: u64 = digits.parse().map_err(|_| bad())?;
    number.checked_shl(shift).filter(|bytes| bytes >> shift == number && *bytes > 0).ok_or_else(bad)
}

fn compat(value: &str) -> Result<bool, String> {
    match value {
        "0.29" => Ok(true),
        other => Err(format!("--compat takes 0.29, not {other:?}")),
    }
}

fn syscalls(value: &str) -> Result<HashSet<String>, String> {
    let names = list(value);
    match names.iter().find(|name| !is_known(name)) {
        Some(unknown) => Err(format!("{unknown:?} is no system call of this machine")),
        None => Ok(names.into_iter().collect()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(line: &str) -> Result<Options, String> {
        match parse(line.split_whitespace().map(OsString::from))? {
            Command::Record(options) => Ok(*options),
            other => Err(format!("{other:?}")),
        }
    }

    #[test]
    fn values_stand_behind_or_in_the_option() {
        let options = options("--snaplen 200 --buffer=8M --pid 1,2 --for 0.5s -o x.scap").expect("options");
        assert_eq!((options.snaplen, options.buffer, options.pids), (200, 8 << 20, vec![1, 2]));
        assert_eq!(options.duration, Some(Duration::from_millis(500)));
        assert_eq!(options.output, Some("x.scap".into()));
    }

    #[test]
    fn what_is_wrong_is_said() {
        for (line, says) in [
            ("--snaplen 70000", "65000"),
            ("--buffer 64X", "64M"),
            ("--syscalls open,opne", "opne"),
            ("--compat 0.36", "0.29"),
            ("--pid", "needs a value"),
            ("--nonsense", "--help"),
            ("--for soon", "seconds"),
            ("--newest-cgroup old", "inode"),
        ] {
            let error = options(line).expect_err(line);
            assert!(error.contains(says), "{line}: {error}");
        }
    }
}
