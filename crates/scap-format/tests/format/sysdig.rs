//! What we write, sysdig reads. Needs sysdig (Debian has 0.29.3); without it these tests say nothing, except in CI.

use std::process::Command;

use super::building::{small, write};

fn sysdig(capture: &[u8], arguments: &[&str]) -> Option<String> {
    if Command::new("sysdig").arg("--version").output().is_err() {
        assert!(std::env::var_os("CI").is_none(), "sysdig is missing");
        return None;
    }
    let name = format!("scap-format-sysdig-{}-{}.scap", std::process::id(), arguments.len());
    let path = std::env::temp_dir().join(name);
    std::fs::write(&path, capture).unwrap();
    let output = Command::new("sysdig").arg("-r").arg(&path).args(arguments).output().unwrap();
    std::fs::remove_file(&path).unwrap();
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{out}{err}");
    Some(out.into_owned())
}

#[test]
fn sysdig_reads_processes_descriptors_and_events() {
    let format = "%evt.num %proc.name %proc.args %proc.cwd %evt.dir %evt.type %fd.name";
    let Some(lines) = sysdig(&write(&small()), &["-p", format]) else { return };
    let expected = [
        "1 worker --fast /srv/ > write /var/log/worker.log",
        "2 worker --fast /srv/ < write /var/log/worker.log",
        "3 worker --fast /srv/ > write 10.0.0.1:4000->10.0.0.2:80",
        "4 worker --fast /srv/ < write 10.0.0.1:4000->10.0.0.2:80",
    ];
    assert_eq!(lines.lines().collect::<Vec<_>>(), expected);
}

#[test]
fn sysdig_reads_users_and_machine() {
    let format = "%user.name %user.homedir %evt.buffer";
    let Some(lines) = sysdig(&write(&small()), &["-p", format, "evt.num=2"]) else { return };
    assert_eq!(lines.lines().collect::<Vec<_>>(), ["root /root hello"]);
}
