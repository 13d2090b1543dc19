//! Compiles the programs for the kernel into one object, which becomes part of the binary.
//!
//! Tried in this order: the command in `SCAPTUI_BPF_CC`; `python-zig`, which the wheel `ziglang` brings (so that pip
//! alone can build, and everybody builds with one version of the compiler); Debian's clang.

use std::path::{Path, PathBuf};
use std::process::Command;

const ZIG: &str = "cc -target bpfel-freestanding-none";
const CLANG: &str = "-target bpfel";
const FLAGS: &str = "-O2 -g -Wall -Wextra -Wno-unused-parameter -fno-stack-protector -fno-jump-tables -c";

fn main() {
    println!("cargo::rerun-if-changed=bpf");
    println!("cargo::rerun-if-env-changed=SCAPTUI_BPF_CC");
    println!("cargo::rerun-if-env-changed=PATH");
    let arch = match std::env::var("CARGO_CFG_TARGET_ARCH").as_deref() {
        Ok("x86_64") => "x86",
        Ok("aarch64") => "arm64",
        Ok(other) => return println!("cargo::error=the probe is written for x86_64 and aarch64, not for {other}"),
        Err(_) => return println!("cargo::error=run this through cargo"),
    };
    let out = PathBuf::from(std::env::var_os("OUT_DIR").unwrap_or_default());
    let object = out.join("probe.o");
    let mut said = String::new();
    for (program, arguments) in compilers() {
        let result = Command::new(&program)
            .args(arguments.split_whitespace())
            .args(FLAGS.split_whitespace())
            .arg(format!("-D__TARGET_ARCH_{arch}"))
            .args([Path::new("bpf/probe.bpf.c"), Path::new("-o"), &object])
            .env("ZIG_GLOBAL_CACHE_DIR", out.join("zig"))
            .env("ZIG_LOCAL_CACHE_DIR", out.join("zig"))
            .output();
        match result {
            Ok(output) if output.status.success() => {
                // The compiler's own copies are of no more use.
                let _ = std::fs::remove_dir_all(out.join("zig"));
                return;
            }
            Ok(output) => {
                let words = String::from_utf8_lossy(&output.stderr).into_owned();
                said.extend([program.display().to_string(), ": ".to_owned(), words]);
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => said.extend([program.display().to_string(), format!(": {error}\n")]),
        }
    }
    if said.is_empty() {
        said.push_str("pip install ziglang (python-zig must be on the path), or install clang 14 or newer");
    }
    println!("cargo::error=nothing compiled the programs for the kernel");
    for line in said.lines() {
        println!("cargo::error={line}");
    }
}

/// Programs and the arguments that make them compile for the kernel.
fn compilers() -> Vec<(PathBuf, &'static str)> {
    if let Some(chosen) = std::env::var_os("SCAPTUI_BPF_CC") {
        let is_zig = Path::new(&chosen).file_name().is_some_and(|name| name.to_string_lossy().contains("zig"));
        return vec![(chosen.into(), if is_zig { ZIG } else { CLANG })];
    }
    let manifest = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    vec![
        ("python-zig".into(), ZIG),
        (manifest.join("../../.venv/bin/python-zig"), ZIG),
        ("zig".into(), ZIG),
        ("clang".into(), CLANG),
        ("clang-19".into(), CLANG),
        ("clang-14".into(), CLANG),
    ]
}
