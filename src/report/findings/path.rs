//! Paths of files as other tools want them: from the folder of the repository, with forward slashes.

use std::fmt::Write as _;
use std::path::{Component, Path};

/// The path from `folder` where it lies below, with `.` left out; otherwise the path as it was named.
pub(super) fn relative(name: &str, folder: &Path) -> String {
    let path = Path::new(name);
    let path = path.strip_prefix(folder).unwrap_or(path);
    let parts: Vec<_> = path.components().filter(|part| *part != Component::CurDir).collect();
    let relative: std::path::PathBuf = parts.into_iter().collect();
    relative.to_string_lossy().replace(std::path::MAIN_SEPARATOR, "/")
}

/// The same as a URI reference: all but what RFC 3986 lets stand in a path is percent-encoded.
pub(super) fn uri(name: &str, folder: &Path) -> String {
    let path = relative(name, folder);
    let mut uri = String::with_capacity(path.len());
    if path.starts_with('/') {
        uri.push_str("file://");
    }
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                uri.push(byte as char);
            }
            _ => write!(uri, "%{byte:02X}").expect("memory"),
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{relative, uri};

    #[test]
    fn paths_count_from_the_folder() {
        let folder = Path::new("/work");
        assert_eq!(relative("./a/./b.yaml", folder), "a/b.yaml");
        assert_eq!(relative("/work/a.yaml", folder), "a.yaml");
        assert_eq!(relative("../a.yaml", folder), "../a.yaml");
        assert_eq!(uri("é x#1%.yaml", folder), "%C3%A9%20x%231%25.yaml");
        assert_eq!(uri("/tmp/a:b.yaml", folder), "file:///tmp/a%3Ab.yaml");
    }
}
