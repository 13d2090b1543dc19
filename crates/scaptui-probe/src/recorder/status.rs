//! A line of JSON each second for whoever started the probe.

use std::fs::File;
use std::io::Write as _;
use std::time::{Duration, Instant};

use crate::recorder::sys;

const EACH: Duration = Duration::from_secs(1);

/// Numbers since the start.
#[derive(Clone, Debug, Default)]
pub(crate) struct Numbers {
    pub(crate) events: u64,
    pub(crate) bytes: u64,
    pub(crate) late: u64,
    /// Records lost, by cpu.
    pub(crate) drops: Vec<u64>,
    /// The fullest a ring was in the last second, from 0 to 1.
    pub(crate) buffer: f64,
}

/// The descriptor, if there is one.
#[derive(Debug)]
pub(crate) struct Status {
    to: Option<File>,
    began: Instant,
    next: Instant,
}

impl Status {
    pub(crate) fn new(to: Option<File>) -> Self {
        let now = Instant::now();
        Status { to, began: now, next: now + EACH }
    }

    /// Says that everything is attached and nothing is missed from now on.
    pub(crate) fn ready(&mut self) {
        self.say("{\"ready\":true}");
    }

    /// Whether a second has passed since the last line.
    pub(crate) fn is_due(&self) -> bool {
        self.to.is_some() && Instant::now() >= self.next
    }

    /// Writes the numbers; `last` marks the final line.
    pub(crate) fn numbers(&mut self, numbers: &Numbers, last: bool) {
        self.next = Instant::now() + EACH;
        let drops: Vec<String> = numbers.drops.iter().map(u64::to_string).collect();
        let line = format!(
            "{{\"seconds\":{:.3},\"events\":{},\"bytes\":{},\"drops\":[{}],\"late\":{},\"buffer\":{:.4},\"cpu_seconds\":{:.3}{}}}",
            self.began.elapsed().as_secs_f64(),
            numbers.events,
            numbers.bytes,
            drops.join(","),
            numbers.late,
            numbers.buffer.min(1.0),
            sys::processor_time() as f64 / 1e9,
            if last { ",\"end\":true" } else { "" },
        );
        self.say(&line);
    }

    fn say(&mut self, line: &str) {
        // Nobody listening any more is no reason to stop recording.
        if let Some(to) = &mut self.to {
            if writeln!(to, "{line}").is_err() {
                self.to = None;
            }
        }
    }
}
