//! Counts the events of captures, and says what was damaged: `cargo run --release --example count -- FILE...`
#![allow(clippy::print_stdout, reason = "a program for the terminal")]

use std::time::{Duration, Instant};

use scap_format::reader::{Next, Reader};
use scap_format::source::{open, Input, OpenError, OpenOptions};

fn main() {
    for name in std::env::args_os().skip(1) {
        if let Err(error) = count(Input::File(name.into())) {
            println!("{error}\n  {}", error.hint());
        }
    }
}

fn count(input: Input) -> Result<(), OpenError> {
    let (start, cpu) = (Instant::now(), cpu_time());
    let opened = open(input, OpenOptions::default())?;
    let mut reader = Reader::new(opened.pieces);
    let (mut events, mut params, mut lists) = (0u64, 0usize, 0u64);
    loop {
        match reader.next() {
            Next::Event { event, .. } => {
                events += 1;
                params += event.params.len();
            }
            Next::End => break,
            _ => lists += 1,
        }
    }
    let (name, packing, took) = (opened.name, opened.compression, start.elapsed());
    let cpu = cpu_time().saturating_sub(cpu);
    println!("{name} ({packing}): {events} events, {params} parameters, {lists} other blocks");
    println!("  {took:.3?}, {cpu:.3?} of a CPU beside reading ahead");
    for note in reader.notes() {
        println!("  {:?} at {}: {}", note.kind, note.offset, note.text);
    }
    Ok(())
}

/// What this thread has had of a CPU.
fn cpu_time() -> Duration {
    let schedstat = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let ns = schedstat.split_whitespace().next().and_then(|ns| ns.parse().ok());
    Duration::from_nanos(ns.unwrap_or(0))
}
