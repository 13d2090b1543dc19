//! Takes a snapshot and says what it took: `cargo run --release -p scaptui-probe --example snapshot -- [FILE]`
#![allow(clippy::print_stdout, reason = "a program for the terminal")]

use std::fs::File;
use std::io;
use std::time::{Duration, Instant};

use scap_format::writer::Writer;
use scaptui_probe::snapshot::{take, Options};

fn main() -> io::Result<()> {
    let options = Options { exclude: vec![std::process::id()], ..Options::default() };
    for _ in 0..10 {
        let (began, cpu) = (Instant::now(), cpu_time());
        let report = take(&options)?.report;
        let (took, cpu) = (began.elapsed(), cpu_time().saturating_sub(cpu));
        let each = cpu / u32::try_from(report.processes.max(1)).unwrap_or(u32::MAX);
        println!("{took:.1?}, of a CPU {cpu:.1?}, that is {each:.1?} a process");
    }
    let mut snapshot = take(&options)?;
    println!("{:#?}", snapshot.report);
    if let Some(path) = std::env::args_os().nth(1) {
        snapshot.without_newer_kinds();
        let mut writer = Writer::new(File::create(path)?);
        snapshot.write(&mut writer)?;
        println!("{} bytes", writer.written());
    }
    Ok(())
}

/// What this thread has had of a CPU.
fn cpu_time() -> Duration {
    let schedstat = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let ns = schedstat.split_whitespace().next().and_then(|ns| ns.parse().ok());
    Duration::from_nanos(ns.unwrap_or(0))
}
