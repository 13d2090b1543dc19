//! A store of blocks in memory, and which of its events other readers need.

use std::io;

use scap_format::reader::{Next, Reader};
use scap_format::source::{open, Input, OpenOptions};
use scap_format::tables::{event_info, Source};

use super::columns::{flag, Row};
use super::Store;
use crate::state::{changes_state, id, transfers, NO_RESULT};

impl Store {
    /// A store that knows what these blocks tell, of one section. Its events' bytes cannot be read again.
    pub(crate) fn of_blocks(blocks: Vec<u8>) -> io::Result<Self> {
        let mut store = Store::new();
        let opened = open(Input::Bytes(blocks), OpenOptions::default()).map_err(io::Error::other)?;
        let mut reader = Reader::new(opened.pieces);
        loop {
            match reader.next() {
                Next::Machine(machine) => store.state.load_machine(machine),
                Next::Interfaces(interfaces) => store.state.load_interfaces(interfaces),
                Next::Users(users) => store.state.load_users(&users, 1),
                Next::Processes(processes) => store.state.load_processes(&processes, 1),
                Next::Fds(fds) => store.state.load_fds(&fds),
                Next::Event { offset, event } => store.push(0, offset, &event),
                Next::Section(_) => {}
                Next::Idle | Next::End => return Ok(store),
            }
        }
    }

    /// Whether readers need an event to know later ones.
    pub(crate) fn readers_need(&self, row: &Row) -> bool {
        let event_type = row.kind.event_type();
        if transfers(event_type) {
            return row.flags & flag::RENAMED != 0;
        }
        if !changes_state(event_type) {
            return false;
        }
        let failed = row.errno != 0 && row.errno != NO_RESULT;
        // A connection under way has failed, and has its address.
        let failed = failed && event_type != id::CONNECT;
        // Enter events tell what their exits do not, in old schemas only.
        let is_call = event_info(event_type).is_some_and(|info| info.source == Source::Syscall);
        let is_alone = matches!(event_type, id::PROCEXIT | id::PROCEXIT_OLD) || !is_call;
        let told_twice = row.kind.is_enter() && self.is_self_contained && !is_alone;
        !failed && !told_twice
    }
}
