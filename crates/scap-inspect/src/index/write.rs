//! Writing an index.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Seek, SeekFrom, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use super::layout::{write_header, Directory, Part, HEAD};
use super::stored::{bytes_of, Stored};
use super::{hash, Facts, Key};
use crate::store::{Place, Store};

/// Writes an index of a capture that has been read whole into a folder; how many bytes it has. It gets its name when it
/// is complete.
///
/// # Errors
/// It cannot be written; nothing is left then.
pub(crate) fn write(store: &Store, key: Key, places: &Vec<u8>, path: Vec<u8>, folder: &Path) -> io::Result<u64> {
    let name = key.name();
    let unfinished = folder.join(format!("{name}.{}.tmp", std::process::id()));
    let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&unfinished)?;
    let written = fill(file, store, key, places, path).and_then(|bytes| {
        fs::rename(&unfinished, folder.join(name))?;
        Ok(bytes)
    });
    if written.is_err() {
        // What is left is let go of with the others that nobody finished.
        let _ = fs::remove_file(&unfinished);
    }
    written
}

fn fill(mut file: File, store: &Store, key: Key, places: &Vec<u8>, path: Vec<u8>) -> io::Result<u64> {
    let mut end = file.seek(SeekFrom::Start(HEAD))?;
    let mut chunks = Vec::new();
    for chunk in &store.chunks {
        let mut place = Place { start: end, len: u32::try_from(chunk.len()).unwrap_or(0), hashes: Default::default() };
        for (column, hashed) in chunk.columns().zip(&mut place.hashes) {
            file.write_all(column)?;
            *hashed = hash(column);
            end += column.len() as u64;
        }
        chunks.push(place);
    }
    let mut append = |bytes: &[u8]| {
        file.write_all(bytes)?;
        let part = Part { start: end, length: bytes.len() as u64, hash: hash(bytes) };
        end += part.length;
        io::Result::Ok(part)
    };
    let mut state = Vec::new();
    store.put(&mut state);
    store.chunks.len().put(&mut state);
    for chunk in &store.chunks {
        chunk.first.put(&mut state);
        chunk.frame().put(&mut state);
    }
    let input = store.inputs.first();
    input.map(|input| input.comments.clone()).unwrap_or_default().put(&mut state);
    places.put(&mut state);
    let state = append(&state)?;
    let compression = input.map(|input| input.compression.clone()).unwrap_or_default();
    let directory = Directory { facts: Facts { path, shown: store.shown() }, compression, state, chunks };
    let directory = append(&bytes_of(&directory))?;
    write_header(&file, key, directory)?;
    Ok(end)
}
