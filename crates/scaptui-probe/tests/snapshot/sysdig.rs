//! What a snapshot is written as, sysdig reads. Without sysdig (Debian has 0.29.3) this says nothing, except in CI.

use std::process::Command;

use scap_format::event::{EventRef, Params};
use scap_format::writer::Writer;
use scaptui_probe::snapshot::{take, Options};

/// `close`, entering: a descriptor of eight bytes.
const CLOSE_ENTER: u16 = 4;

#[test]
fn sysdig_reads_a_snapshot_and_one_event() {
    if Command::new("sysdig").arg("--version").output().is_err() {
        assert!(std::env::var_os("CI").is_none(), "sysdig is missing");
        return;
    }
    let me = std::process::id();
    let mut snapshot = take(&Options::default()).unwrap();
    snapshot.without_newer_kinds();
    let mut writer = Writer::new(Vec::new());
    snapshot.write(&mut writer).unwrap();
    let params = Params::new(&[8, 0], false, &[0; 8]);
    let (ts, tid) = (1_700_000_000_000_000_000, i64::from(me));
    let event = EventRef { ts, tid, event_type: CLOSE_ENTER, cpu: 0, block_flags: 0, params, options: &[] };
    writer.event(&event).unwrap();

    let path = std::env::temp_dir().join(format!("scaptui-snapshot-sysdig-{me}.scap"));
    std::fs::write(&path, writer.into_inner()).unwrap();
    let fields = "%evt.num %evt.type %proc.pid %proc.exe %proc.cwd %proc.ppid %user.uid";
    let output = Command::new("sysdig").arg("-r").arg(&path).args(["-p", fields]).output().unwrap();
    std::fs::remove_file(&path).unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    assert_eq!((output.status.success(), text(output.stderr).as_str()), (true, ""));
    let exe = std::env::args().next().unwrap();
    let cwd = std::env::current_dir().unwrap();
    let parent = std::os::unix::process::parent_id();
    let uid = rustix::process::geteuid().as_raw();
    assert_eq!(text(output.stdout), format!("1 close {me} {exe} {}/ {parent} {uid}\n", cwd.display()));
}
