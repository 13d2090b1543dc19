//! Bytes written as hex digits.

/// Decodes pairs of digits; `None` for an odd number of them or anything else.
pub(super) fn decode(digits: &[u8]) -> Option<Vec<u8>> {
    if digits.len() % 2 != 0 {
        return None;
    }
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    digits.chunks_exact(2).map(|pair| Some(digit(pair[0])? << 4 | digit(pair[1])?)).collect()
}

#[cfg(test)]
mod tests {
    use super::decode;

    #[test]
    fn pairs_of_digits_are_bytes_and_all_else_is_refused() {
        assert_eq!(decode(b"474554fF"), Some(b"GET\xff".to_vec()));
        assert_eq!(decode(b""), Some(vec![]));
        for wrong in [b"4".as_slice(), b"4g", b"+4", "é".as_bytes()] {
            assert_eq!(decode(wrong), None);
        }
    }
}
