//! Base64 with padding, as events of functions and reports of failures carry bytes.

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

/// Reads leniently, as programs write base64 in many ways.
const ENGINE: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Bytes in base64 with padding.
pub(super) fn encode(bytes: &[u8]) -> String {
    ENGINE.encode(bytes)
}

/// The bytes that a text stands for; nothing where it is no base64. Line ends and missing padding do no harm.
pub(super) fn decode(text: &str) -> Option<Vec<u8>> {
    let digits: Vec<u8> = text.bytes().filter(|byte| !matches!(byte, b'\r' | b'\n')).collect();
    ENGINE.decode(digits).ok()
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
