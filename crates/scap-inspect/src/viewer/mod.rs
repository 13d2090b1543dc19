//! What a viewer asks for: growing selections of rows, calls as rows, searches, everything about one event.

mod call;
mod colouring;
mod counts;
mod detail;
mod keys;
mod search;
mod selection;

pub use call::Call;
pub(crate) use call::{fd_name, path};
pub use colouring::Colouring;
pub use counts::{count, value_counts};
pub use detail::{Ancestor, Descriptor, Detail};
pub use keys::{event_key, find_keys, EventKey};
pub use search::{Search, What};
pub use selection::{Selection, SelectionProgress};

use crate::clock::Zone;
use crate::fields::EventAt;
use crate::store::bytes;
use crate::store::Store;

/// The places where an event's bytes and its enter event's are read.
#[derive(Debug, Default)]
pub struct Windows(bytes::Windows);

impl Windows {
    /// An event with its bytes.
    pub fn event<'a>(&'a mut self, store: &'a Store, n: u32, zone: &'a Zone) -> Option<EventAt<'a>> {
        let (chunk_at, at) = store.place(n)?;
        let chunk = store.chunks.get(chunk_at)?;
        Some(EventAt::new(store, n, chunk.row(at)?, zone).read(&mut self.0, chunk, at))
    }
}

/// Errors by which a call says that it would have had to wait: not failures.
pub const WOULD_BLOCK: [u16; 3] = [11, 114, 115];
