//! Takes a snapshot and says what it took: `cargo run --release -p scaptui-probe --example snapshot -- [FILE]`
#![allow(clippy::print_stdout, reason = "a program for the terminal")]

use std::fs::File;
use std::io;
use std::time::Instant;

use scap_format::writer::Writer;
use scaptui_probe::snapshot::{take, Options};

fn main() -> io::Result<()> {
    let options = Options { exclude: vec![std::process::id()], ..Options::default() };
    for _ in 0..5 {
        let began = Instant::now();
        let report = take(&options)?.report;
        let took = began.elapsed();
        println!("{took:.1?}, {:.1?} a process", took / u32::try_from(report.processes.max(1)).unwrap_or(u32::MAX));
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
