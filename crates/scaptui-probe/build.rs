//! Compiles the programs for the kernel into one object, which becomes part of the binary.
//!
//! Tried in this order: the command in `SCAPTUI_BPF_CC`; `python-zig`, which the wheel `ziglang` brings (so that pip
//! alone can build, and everybody builds with one version of the compiler); Debian's clang.

use std::path::{Path, PathBuf};
use std::process::Command;

const ZIG: &str = "cc -target bpfel-freestanding-none";
const CLANG: &str = "-target bpfel";
const FLAGS: &str = "-O2 -g -Wall -Wextra -Wno-unused-parameter -fno-stack-protector -fno-jump-tables -fno-addrsig -c";

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
                if let Err(error) = strip(&object) {
                    println!("cargo::error=the compiled programs cannot be stripped: {error}");
                }
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

/// Takes out what only debuggers read. The kernel's own description of types stays.
fn strip(path: &Path) -> std::io::Result<()> {
    let object = std::fs::read(path)?;
    let stripped = stripped(&object).ok_or_else(|| std::io::Error::other("it is no ELF object as expected"))?;
    std::fs::write(path, stripped)
}

/// Bytes of the header of a 64-bit ELF file, and of a section's header.
const ELF_HEADER: usize = 64;
const SECTION_HEADER: usize = 64;
/// Where section headers say what and where the section is.
const TYPE_AT: usize = 4;
const OFFSET_AT: usize = 24;
const SIZE_AT: usize = 32;

/// The object with its debug sections empty and the others moved together.
fn stripped(object: &[u8]) -> Option<Vec<u8>> {
    let number = |at: usize, width: usize| {
        let bytes = object.get(at..at + width)?;
        bytes.iter().rev().try_fold(0usize, |sum, byte| Some(sum.checked_mul(256)? + usize::from(*byte)))
    };
    let (headers, count, names) = (number(40, 8)?, number(60, 2)?, number(62, 2)?);
    let names_at = number(headers + names * SECTION_HEADER + OFFSET_AT, 8)?;
    let mut table = object.get(headers..headers + count * SECTION_HEADER)?.to_vec();
    let mut out = object.get(..ELF_HEADER)?.to_vec();
    for (index, header) in table.chunks_exact_mut(SECTION_HEADER).enumerate() {
        let at = headers + index * SECTION_HEADER;
        let (offset, size) = (number(at + OFFSET_AT, 8)?, number(at + SIZE_AT, 8)?);
        let name = object.get(names_at + number(at, 4)?..)?;
        if [&b".debug"[..], b".rel.debug", b".eh_frame", b".rel.eh_frame"].iter().any(|kind| name.starts_with(kind)) {
            header[TYPE_AT..TYPE_AT + 4].fill(0);
            header[OFFSET_AT..SIZE_AT + 8].fill(0);
        } else if number(at + TYPE_AT, 4)? != 8 {
            // Sections of type 8 take no room in the file.
            out.resize(out.len().next_multiple_of(16), 0);
            header[OFFSET_AT..OFFSET_AT + 8].copy_from_slice(&out.len().to_le_bytes());
            out.extend_from_slice(object.get(offset..offset + size)?);
        }
    }
    out.resize(out.len().next_multiple_of(16), 0);
    let end = out.len().to_le_bytes();
    out.get_mut(40..48)?.copy_from_slice(&end);
    out.extend_from_slice(&table);
    Some(out)
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
