//! Appending short text.

/// Appends text that mostly is short: names, numbers, single words.
///
/// For a few bytes of a length nobody knows beforehand, calling the library's copy takes longer than copying. Up to 32
/// bytes are two pieces of a fixed length, which overlap in the middle.
#[inline]
pub(crate) fn append(out: &mut Vec<u8>, text: &[u8]) {
    match text.len() {
        0 => {}
        1..4 => text.iter().for_each(|byte| out.push(*byte)),
        4..8 => ends::<4>(out, text),
        8..16 => ends::<8>(out, text),
        16..=32 => ends::<16>(out, text),
        _ => out.extend_from_slice(text),
    }
}

/// Appends text of `N` to `2 * N` bytes by its first and its last `N`.
#[inline]
fn ends<const N: usize>(out: &mut Vec<u8>, text: &[u8]) {
    let (Some(first), Some(last)) = (text.first_chunk::<N>(), text.last_chunk::<N>()) else { return };
    out.reserve(2 * N);
    let last_begins = out.len() + text.len() - N;
    out.extend_from_slice(first);
    out.truncate(last_begins);
    out.extend_from_slice(last);
}

#[cfg(test)]
mod tests {
    use super::append;

    #[test]
    fn text_of_every_length_is_appended_whole() {
        let text: Vec<u8> = (0..70).collect();
        for length in 0..=text.len() {
            let mut out = b"before".to_vec();
            append(&mut out, &text[..length]);
            assert_eq!(out, [b"before", &text[..length]].concat());
        }
    }
}
