//! The uncompressed stream as the read-ahead thread hands it over.

use std::io;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, TryRecvError};
use std::sync::Arc;
use std::time::Duration;

use crate::event_block::Found;

/// How long a followed input may have nothing new before we say so.
const PATIENCE: Duration = Duration::from_millis(40);

/// Why the stream ended before its end.
#[derive(Debug)]
pub(crate) struct StreamFault {
    pub(crate) error: io::Error,
    /// Bytes of the input that had been read.
    pub(crate) position: u64,
    pub(crate) compressed: bool,
}

/// What the read-ahead thread hands over.
pub(crate) enum Handed {
    Piece {
        bytes: Arc<Vec<u8>>,
        /// The events that were found in it already.
        found: Vec<Found>,
        position: u64,
    },
    Fault(StreamFault),
    /// Nothing now; a followed input may have more later.
    Idle,
    End,
}

/// The uncompressed stream in pieces of about one MiB, in order, read and inflated ahead by a thread of its own.
#[derive(Debug)]
pub struct Pieces {
    pub(super) receiver: Receiver<Handed>,
    /// Buffers go back to the thread when they have been read.
    pub(super) spare: Sender<Vec<u8>>,
    /// Likewise the lists of events.
    pub(super) spare_lists: Sender<Vec<Found>>,
    pub(super) follow: bool,
    /// Received while waiting, not yet taken.
    pub(super) waiting: Option<Handed>,
    /// Answer that there is nothing now instead of waiting.
    pub(super) impatient: bool,
    /// The thread ends when nobody holds this any more.
    pub(super) _alive: Arc<()>,
}

impl std::fmt::Debug for Handed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Handed::Piece { .. } => "Piece",
            Handed::Fault(_) => "Fault",
            Handed::Idle => "Idle",
            Handed::End => "End",
        })
    }
}

impl Pieces {
    /// The next piece. Waits for it, except that a followed input is given up on for now after a moment.
    pub(crate) fn next(&mut self) -> Handed {
        if let Some(handed) = self.waiting.take() {
            return handed;
        }
        if self.impatient {
            return match self.receiver.try_recv() {
                Ok(handed) => handed,
                Err(TryRecvError::Empty) => Handed::Idle,
                Err(TryRecvError::Disconnected) => Handed::End,
            };
        }
        if self.follow {
            return match self.receiver.recv_timeout(PATIENCE) {
                Ok(handed) => handed,
                Err(RecvTimeoutError::Timeout) => Handed::Idle,
                Err(RecvTimeoutError::Disconnected) => Handed::End,
            };
        }
        self.receiver.recv().unwrap_or(Handed::End)
    }

    /// From now on answers at once, with [`Handed::Idle`] when there is nothing yet.
    pub(crate) fn never_wait(&mut self) {
        self.impatient = true;
    }

    /// Waits until there is something to take, at most so long; whether there is.
    pub(crate) fn wait(&mut self, budget: Duration) -> bool {
        if self.waiting.is_none() {
            self.waiting = match self.receiver.recv_timeout(budget) {
                Ok(handed) => Some(handed),
                Err(RecvTimeoutError::Timeout) => None,
                Err(RecvTimeoutError::Disconnected) => Some(Handed::End),
            };
        }
        self.waiting.is_some()
    }

    /// Gives a piece and the list of its events back, so that their memory is used again.
    pub(crate) fn recycle(&mut self, piece: Arc<Vec<u8>>, mut found: Vec<Found>) {
        if found.capacity() > 0 {
            found.clear();
            let _ = self.spare_lists.send(found);
        }
        if let Some(buffer) = Arc::into_inner(piece) {
            // A thread that has read everything needs no buffer.
            let _ = self.spare.send(buffer);
        }
    }
}
