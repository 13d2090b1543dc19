//! What stands before the events: the state of the machine.

use std::collections::HashSet;
use std::io;

use scap_format::writer::Writer;

use crate::recorder::encode::Meanwhile;
use crate::recorder::options::Options;
use crate::snapshot::{self, Snapshot};

/// The machine as it is now.
pub(crate) fn take(options: &Options) -> io::Result<Snapshot> {
    let mut exclude = vec![std::process::id()];
    exclude.extend(Some(options.exclude).filter(|pid| *pid != 0));
    let mut taken =
        snapshot::take(&snapshot::Options { no_env: !options.env, exclude, ..snapshot::Options::default() })?;
    if options.compat {
        taken.without_newer_kinds();
    }
    Ok(taken)
}

/// The state before the first event: what was taken, and what happened meanwhile. Threads that ended before they were looked at are listed with what
/// their end told, and those are not whose beginning is an event: readers would take one for another of its number.
pub(crate) fn complete(taken: &mut Snapshot, Meanwhile { ended, begun }: Meanwhile) {
    let is_new = |tid: i64| u32::try_from(tid).is_ok_and(|tid| begun.contains(&tid));
    taken.processes.retain(|thread| !is_new(thread.tid));
    taken.fds.retain(|list| !is_new(list.tid));
    let mut listed: HashSet<i64> = taken.processes.iter().map(|thread| thread.tid).collect();
    taken.processes.extend(ended.into_iter().filter(|thread| !is_new(thread.tid) && listed.insert(thread.tid)));
}

/// It as blocks.
pub(crate) fn blocks(state: &Snapshot) -> io::Result<Vec<u8>> {
    let mut writer = Writer::new(Vec::new());
    state.write(&mut writer)?;
    Ok(writer.into_inner())
}
