//! Base64 with padding, as events of functions and reports of failures carry bytes.

const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Bytes in base64 with padding.
pub(super) fn encode(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for three in bytes.chunks(3) {
        let bits =
            three.iter().enumerate().fold(0u32, |bits, (at, byte)| bits | u32::from(*byte) << (16 - 8 * at));
        for at in 0..4 {
            let digit = DIGITS[(bits >> (18 - 6 * at)) as usize & 63];
            text.push(if at <= three.len() { char::from(digit) } else { '=' });
        }
    }
    text
}

/// The bytes that a text stands for; nothing where it is no base64. Line ends and missing padding do no harm.
pub(super) fn decode(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let digits = text.bytes().filter(|byte| !matches!(byte, b'\r' | b'\n'));
    let (mut bits, mut count, mut padded) = (0u32, 0, false);
    for digit in digits {
        if digit == b'=' {
            padded = true;
            continue;
        }
        let value = DIGITS.iter().position(|known| *known == digit).filter(|_| !padded)?;
        bits = bits << 6 | value as u32;
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count) as u8);
        }
    }
    (count < 6).then_some(bytes)
}

#[cfg(test)]
mod tests {
    use super::{decode, encode};

    #[test]
    fn what_is_left_over_is_padded_and_comes_back() {
        // python3 -c "import base64; print([base64.b64encode(b'foobar'[:n]) for n in (0, 1, 2, 3, 6)])"
        let texts = ["", "f", "fo", "foo", "foobar"];
        let encoded = texts.map(|text| encode(text.as_bytes()));
        assert_eq!(encoded, ["", "Zg==", "Zm8=", "Zm9v", "Zm9vYmFy"]);
        assert_eq!(encoded.map(|text| decode(&text).unwrap()), texts.map(|text| text.as_bytes().to_vec()));
    }

    #[test]
    fn what_is_no_base64_is_told() {
        assert_eq!(["a b=", "Z", "Zg==Zg==", "Zm9v!"].map(decode), [None, None, None, None]);
        assert_eq!(decode("Zm9v\r\nYmE"), Some(b"fooba".to_vec()));
    }
}
