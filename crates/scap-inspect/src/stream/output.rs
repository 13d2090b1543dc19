//! What the processes of a tree wrote to standard output and standard error.

use super::uses::{find_records, records_where, Deed, Uses};
use super::{better, lines, record, End, Stream, Way};
use crate::state::fds::FdId;
use crate::state::threads::ThreadId;
use crate::state::ContextId;
use crate::store::Store;
use scap_format::tables::{event_info, EventFlags};

const STDOUT: i64 = 1;
const STDERR: i64 = 2;

/// What a process and its descendants wrote to descriptors 1 and 2, as a stream: standard output goes out, standard
/// error in. `main` is the number of the process in every tree of the capture.
pub fn output_of(store: &Store, main: u32) -> Stream {
    let mut inside: Vec<Option<bool>> = vec![None; store.state.context_count()];
    let wanted = records_where(store, |record| matches!(record.num, STDOUT | STDERR));
    let mut events = find_records(store, &wanted);
    events.retain(|(_, context, _)| is_inside(store, &mut inside, *context, ThreadId(main)));
    let uses = Uses::from_events(store, events, None, as_output);
    let pieces = uses.pieces;
    let mut end = End::default();
    let thread = store.state.threads.now(ThreadId(main));
    (end.pid, end.comm) = (thread.pid, store.state.strings.get(thread.comm).to_vec());
    (end.first, end.last) = (pieces.first().map_or(0, |piece| piece.event), pieces.last().map_or(0, |p| p.event));
    for piece in &pieces {
        if let Some(way) = piece.way {
            let sum = &mut end.totals[way.index()];
            *sum = (sum.0 + piece.moved, sum.1 + piece.captured);
        }
        if end.tids.binary_search(&piece.tid).is_err() {
            end.tids.push(piece.tid);
            end.tids.sort_unstable();
        }
    }
    let mut both = vec![pieces];
    lines::mirror(&mut both);
    let ends = vec![end];
    let shown = [better(&ends, Way::Out), better(&ends, Way::In)];
    Stream { ends, pieces: both.concat(), shown }
}

fn as_output(store: &Store, n: u32, fd: FdId) -> Option<Deed> {
    let row = store.row(n)?;
    let info = event_info(row.kind.event_type())?;
    let writes = info.is_exit() && (info.has(EventFlags::WRITES) || info.name == "sendfile");
    (writes && row.errno == 0).then(|| Deed::Moves(if record(store, fd).num == STDOUT { Way::Out } else { Way::In }))
}

/// Whether a context is of the process or of one below it.
fn is_inside(store: &Store, known: &mut [Option<bool>], context: ContextId, main: ThreadId) -> bool {
    let mut asked = Vec::new();
    let mut at = context;
    let answer = loop {
        if at.is_none() {
            break false;
        }
        if let Some(answer) = known.get(at.index()).copied().flatten() {
            break answer;
        }
        asked.push(at.index());
        let process = store.state.main(at).unwrap_or_else(|| store.state.thread(at));
        if process.instance == main || store.state.thread(at).instance == main {
            break true;
        }
        at = store.state.context(at).parent;
        if asked.len() > known.len() {
            break false;
        }
    };
    for index in asked {
        known[index] = Some(answer);
    }
    answer
}
