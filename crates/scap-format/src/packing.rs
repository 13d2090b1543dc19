//! Output that is compressed while it is written, and can be read up to the last [`Packed::sync`] whatever happens then.

use std::fmt;
use std::io::{self, Write};

use flate2::write::GzEncoder;
use zstd::stream::write::Encoder;

/// How output is compressed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names are the documentation")]
pub enum Packing {
    #[default]
    None,
    Gzip,
    Zstd,
}

/// The fastest levels: a recording must keep up with the machine.
const ZSTD_LEVEL: i32 = 1;

/// Counts what goes through.
struct Counted<W> {
    to: W,
    bytes: u64,
}

impl<W: Write> Write for Counted<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.to.write(bytes)?;
        self.bytes = self.bytes.saturating_add(u64::try_from(written).unwrap_or(0));
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}

enum Inner<W: Write> {
    Plain(Counted<W>),
    Gzip(GzEncoder<Counted<W>>),
    Zstd(Encoder<'static, Counted<W>>),
}

/// A writer that compresses.
pub struct Packed<W: Write> {
    inner: Inner<W>,
    /// Bytes taken since the last sync.
    unsynced: u64,
}

impl<W: Write> fmt::Debug for Packed<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Packed").field("written", &self.written()).finish_non_exhaustive()
    }
}

impl<W: Write> Packed<W> {
    /// A writer to `to`.
    ///
    /// # Errors
    /// The compressor cannot be made.
    pub fn new(to: W, packing: Packing) -> io::Result<Self> {
        let to = Counted { to, bytes: 0 };
        let inner = match packing {
            Packing::None => Inner::Plain(to),
            Packing::Gzip => Inner::Gzip(GzEncoder::new(to, flate2::Compression::fast())),
            Packing::Zstd => {
                let mut encoder = Encoder::new(to, ZSTD_LEVEL)?;
                encoder.include_checksum(true)?;
                Inner::Zstd(encoder)
            }
        };
        Ok(Packed { inner, unsynced: 0 })
    }

    /// Bytes that have left, compressed.
    pub fn written(&self) -> u64 {
        match &self.inner {
            Inner::Plain(to) => to.bytes,
            Inner::Gzip(encoder) => encoder.get_ref().bytes,
            Inner::Zstd(encoder) => encoder.get_ref().bytes,
        }
    }

    /// The most bytes there would be after a [`Packed::sync`] now.
    pub fn written_at_most(&self) -> u64 {
        let held = if matches!(self.inner, Inner::Plain(_)) { 0 } else { self.unsynced };
        self.written().saturating_add(held)
    }

    /// Writes all of it.
    ///
    /// # Errors
    /// Writing failed; nothing more should be written then.
    pub fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.unsynced = self.unsynced.saturating_add(u64::try_from(bytes.len()).unwrap_or(0));
        match &mut self.inner {
            Inner::Plain(to) => to.write_all(bytes),
            Inner::Gzip(encoder) => encoder.write_all(bytes),
            Inner::Zstd(encoder) => encoder.write_all(bytes),
        }
    }

    /// Sees to it that all that was written can be read now.
    ///
    /// # Errors
    /// Writing failed.
    pub fn sync(&mut self) -> io::Result<()> {
        if self.unsynced == 0 {
            return Ok(());
        }
        self.unsynced = 0;
        match &mut self.inner {
            Inner::Plain(to) => to.flush(),
            Inner::Gzip(encoder) => encoder.flush(),
            Inner::Zstd(encoder) => encoder.flush(),
        }
    }

    /// Ends the compressed stream; nothing may be written then. Gives how many bytes there are.
    ///
    /// # Errors
    /// Writing failed.
    pub fn finish(&mut self) -> io::Result<u64> {
        match &mut self.inner {
            Inner::Plain(to) => to.flush()?,
            Inner::Gzip(encoder) => encoder.try_finish()?,
            Inner::Zstd(encoder) => encoder.do_finish()?,
        }
        Ok(self.written())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read as _;
    use std::sync::{Arc, Mutex};

    /// What was written so far can be looked at.
    #[derive(Clone, Default)]
    struct Shared(Arc<Mutex<Vec<u8>>>);

    impl Write for Shared {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().map_err(|_| io::Error::other("poisoned"))?.extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    impl Shared {
        fn bytes(&self) -> Vec<u8> {
            self.0.lock().map(|bytes| bytes.clone()).unwrap_or_default()
        }
    }

    /// Unpacks as far as it goes.
    fn unpacked(bytes: &[u8], packing: Packing) -> Vec<u8> {
        let mut found = Vec::new();
        // The error at an early end is what these tests expect.
        let _ = match packing {
            Packing::None => io::Cursor::new(bytes).read_to_end(&mut found),
            Packing::Gzip => flate2::read::MultiGzDecoder::new(bytes).read_to_end(&mut found),
            Packing::Zstd => {
                zstd::stream::read::Decoder::new(bytes).and_then(|mut decoder| decoder.read_to_end(&mut found))
            }
        };
        found
    }

    #[test]
    fn everything_up_to_a_sync_can_be_read() {
        for packing in [Packing::None, Packing::Gzip, Packing::Zstd] {
            let to = Shared::default();
            let mut packed = Packed::new(to.clone(), packing).expect("a compressor");
            packed.write_all(&[7; 5000]).expect("memory");
            packed.sync().expect("memory");
            assert_eq!(unpacked(&to.bytes(), packing), [7; 5000], "{packing:?}");
            packed.write_all(b"the end").expect("memory");
            let most = packed.written_at_most();
            packed.sync().expect("memory");
            // A block of a compressor has a head of its own.
            assert!(packed.written() <= most + 32, "{packing:?}");
            let bytes = packed.finish().expect("memory");
            assert_eq!(usize::try_from(bytes).expect("small"), to.bytes().len());
            assert_eq!(unpacked(&to.bytes(), packing), [&[7; 5000][..], b"the end"].concat(), "{packing:?}");
        }
    }
}
