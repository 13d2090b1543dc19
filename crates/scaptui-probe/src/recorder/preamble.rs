//! What stands before the events: the state of the machine.

use std::io;

use scap_format::writer::Writer;

use crate::recorder::options::Options;
use crate::snapshot;

/// Everything before the first event, as blocks.
pub(crate) fn make(options: &Options) -> io::Result<Vec<u8>> {
    let mut exclude = vec![std::process::id()];
    exclude.extend(Some(options.exclude).filter(|pid| *pid != 0));
    let mut taken =
        snapshot::take(&snapshot::Options { no_env: !options.env, exclude, ..snapshot::Options::default() })?;
    if options.compat {
        taken.without_newer_kinds();
    }
    let mut writer = Writer::new(Vec::new());
    taken.write(&mut writer)?;
    Ok(writer.into_inner())
}
