//! Takes a snapshot and says what it took: `cargo run --release -p scaptui-probe --example snapshot -- [WORKERS [FILE]]`
#![allow(clippy::print_stdout, reason = "a program for the terminal")]

use std::fs::File;
use std::io;
use std::time::{Duration, Instant};

use rustix::time::{clock_gettime, ClockId};
use scap_format::writer::Writer;
use scaptui_probe::snapshot::{take, Options};

fn main() -> io::Result<()> {
    let mut options = Options { exclude: vec![std::process::id()], ..Options::default() };
    if let Some(workers) = std::env::args().nth(1).and_then(|word| word.parse().ok()) {
        options.workers = workers;
    }
    for _ in 0..10 {
        let (began, cpu) = (Instant::now(), cpu_time());
        let report = take(&options)?.report;
        let (took, cpu) = (began.elapsed(), cpu_time().saturating_sub(cpu));
        let each = cpu / u32::try_from(report.processes.max(1)).unwrap_or(u32::MAX);
        println!("{took:.1?}, of a CPU {cpu:.1?}, that is {each:.1?} a process");
    }
    let mut snapshot = take(&options)?;
    println!("{:#?}", snapshot.report);
    if let Some(path) = std::env::args_os().nth(2) {
        snapshot.without_newer_kinds();
        let mut writer = Writer::new(File::create(path)?);
        snapshot.write(&mut writer)?;
        println!("{} bytes", writer.written());
    }
    Ok(())
}

/// What the threads of this process have had of the CPUs.
fn cpu_time() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    let part = |number: i64| u64::try_from(number).unwrap_or(0);
    Duration::from_secs(part(time.tv_sec)) + Duration::from_nanos(part(time.tv_nsec))
}
