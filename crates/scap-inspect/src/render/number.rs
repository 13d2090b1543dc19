//! Numbers as text, appended without allocating.
#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_possible_wrap,
    reason = "digits and exponents are cast where they are known to be small"
)]

use std::io::Write;

use super::append;

const PAIRS: &[u8; 200] = b"00010203040506070809\
10111213141516171819\
20212223242526272829\
30313233343536373839\
40414243444546474849\
50515253545556575859\
60616263646566676869\
70717273747576777879\
80818283848586878889\
90919293949596979899";

/// The two digits of a number below 100.
#[inline]
pub(crate) fn two_digits(value: u32) -> [u8; 2] {
    let at = (value as usize % 100) * 2;
    [PAIRS[at], PAIRS[at + 1]]
}

/// Appends a number in decimal.
#[inline]
pub fn unsigned(out: &mut Vec<u8>, value: u64) {
    if value < 10 {
        out.push(b'0' + value as u8);
        return;
    }
    padded(out, value, 0);
}

/// Appends a number in decimal, with a minus sign when it is negative.
#[inline]
pub fn signed(out: &mut Vec<u8>, value: i64) {
    if value < 0 {
        out.push(b'-');
    }
    unsigned(out, value.unsigned_abs());
}

/// Appends a number in decimal with at least `width` digits (up to 20), zeros in front.
pub fn padded(out: &mut Vec<u8>, mut value: u64, width: usize) {
    let mut digits = [b'0'; 20];
    let mut at = digits.len();
    while value >= 100 {
        let pair = two_digits((value % 100) as u32);
        value /= 100;
        at -= 2;
        digits[at] = pair[0];
        digits[at + 1] = pair[1];
    }
    if value >= 10 {
        let pair = two_digits(value as u32);
        at -= 2;
        digits[at] = pair[0];
        digits[at + 1] = pair[1];
    } else {
        at -= 1;
        digits[at] = b'0' + value as u8;
    }
    let at = at.min(digits.len() - width.min(digits.len()));
    append(out, &digits[at..]);
}

/// Appends a number in hexadecimal with digits `A` to `F`.
pub fn upper_hex(out: &mut Vec<u8>, value: u64) {
    hex(out, value, b"0123456789ABCDEF");
}

/// Appends a number in hexadecimal with digits `a` to `f`.
pub fn lower_hex(out: &mut Vec<u8>, value: u64) {
    hex(out, value, b"0123456789abcdef");
}

fn hex(out: &mut Vec<u8>, mut value: u64, alphabet: &[u8; 16]) {
    let mut digits = [0; 16];
    let mut at = digits.len();
    loop {
        at -= 1;
        digits[at] = alphabet[(value & 15) as usize];
        value >>= 4;
        if value == 0 {
            break;
        }
    }
    append(out, &digits[at..]);
}

/// Appends a number in octal with a leading zero; zero itself is "0".
pub fn octal(out: &mut Vec<u8>, mut value: u64) {
    let mut digits = [b'0'; 23];
    let mut at = digits.len();
    while value != 0 {
        at -= 1;
        digits[at] = b'0' + (value & 7) as u8;
        value >>= 3;
    }
    out.extend_from_slice(&digits[at - 1..]);
}

/// Appends a number as C's `%g` prints it: six significant digits, no trailing zeros, an exponent for the very
/// large and the very small.
pub fn general(out: &mut Vec<u8>, value: f64) {
    let mut buffer = [0u8; 32];
    let mut rest = &mut buffer[..];
    // "d.ddddde-x" with the rounding of the binary value, as printf has it.
    let written = write!(rest, "{value:.5e}");
    let left = rest.len();
    let text = &buffer[..buffer.len() - left];
    let Some(split) = text.iter().position(|byte| *byte == b'e').filter(|_| written.is_ok()) else {
        out.extend_from_slice(text); // inf, NaN
        return;
    };
    let (mantissa, exponent) = (&text[..split], &text[split + 1..]);
    let exponent: i32 = std::str::from_utf8(exponent).ok().and_then(|text| text.parse().ok()).unwrap_or(0);
    let mantissa = mantissa.strip_prefix(b"-").inspect(|_| out.push(b'-')).unwrap_or(mantissa);
    let mut digits = [b'0'; 6];
    digits.iter_mut().zip(mantissa.iter().filter(|byte| **byte != b'.')).for_each(|(to, from)| *to = *from);
    let significant = digits.iter().rposition(|digit| *digit != b'0').map_or(1, |last| last + 1);
    match exponent {
        0..=5 => {
            let whole = exponent as usize + 1;
            out.extend_from_slice(&digits[..whole]);
            if significant > whole {
                out.push(b'.');
                out.extend_from_slice(&digits[whole..significant]);
            }
        }
        -4..=-1 => {
            out.extend_from_slice(b"0.");
            out.resize(out.len() + (-exponent - 1) as usize, b'0');
            out.extend_from_slice(&digits[..significant]);
        }
        _ => {
            out.push(digits[0]);
            if significant > 1 {
                out.push(b'.');
                out.extend_from_slice(&digits[1..significant]);
            }
            out.push(b'e');
            out.push(if exponent < 0 { b'-' } else { b'+' });
            padded(out, u64::from(exponent.unsigned_abs()), 2);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(write: impl Fn(&mut Vec<u8>)) -> String {
        let mut out = Vec::new();
        write(&mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn decimals_of_every_length_agree_with_the_standard_library() {
        let mut value = 1u64;
        for _ in 0..64 {
            for near in [value - 1, value, value.wrapping_add(1)] {
                assert_eq!(text(|out| unsigned(out, near)), near.to_string());
                assert_eq!(text(|out| signed(out, near as i64)), (near as i64).to_string());
                assert_eq!(text(|out| upper_hex(out, near)), format!("{near:X}"));
                assert_eq!(text(|out| lower_hex(out, near)), format!("{near:x}"));
            }
            value = value.wrapping_mul(2).max(1);
        }
        assert_eq!(text(|out| unsigned(out, u64::MAX)), u64::MAX.to_string());
        assert_eq!(text(|out| signed(out, i64::MIN)), i64::MIN.to_string());
        for power in 0..20 {
            let value = 10u64.pow(power);
            assert_eq!(text(|out| unsigned(out, value)), value.to_string());
            assert_eq!(text(|out| unsigned(out, value - 1)), (value - 1).to_string());
        }
    }

    #[test]
    fn padding_adds_zeros_and_never_cuts() {
        assert_eq!(text(|out| padded(out, 6971, 9)), "000006971");
        assert_eq!(text(|out| padded(out, 1_234_567_890_123, 9)), "1234567890123");
        assert_eq!(text(|out| padded(out, 0, 0)), "0");
    }

    #[test]
    fn octal_has_one_leading_zero() {
        assert_eq!(text(|out| octal(out, 0)), "0");
        assert_eq!(text(|out| octal(out, 0o666)), "0666");
        assert_eq!(text(|out| octal(out, u64::MAX)), format!("0{:o}", u64::MAX));
    }

    #[test]
    fn general_floats_read_as_printf_writes_them() {
        for (value, expected) in [
            (0.0, "0"),
            (1.0, "1"),
            (0.5, "0.5"),
            (1.5e-7, "1.5e-07"),
            (0.0001, "0.0001"),
            (0.000_012_345_67, "1.23457e-05"),
            (100_000.0, "100000"),
            (1_000_000.0, "1e+06"),
            (999_999.5, "1e+06"),
            (0.999_999_9, "1"),
            (123.456_789, "123.457"),
            (18_446_744_073.709_55, "1.84467e+10"),
            (-2.5, "-2.5"),
        ] {
            assert_eq!(text(|out| general(out, value)), expected);
        }
    }
}
