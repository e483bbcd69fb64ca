//! As much of HTTP 1.1 as programs speak to the Lambda Runtime API: requests with a body of known length or in chunks,
//! connections that stay open, and answers of known length. Heads are parsed by `httparse`.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;

/// A bound of ours on the head of a request, and on a line between chunks.
const MOST_HEAD: u64 = 64 * 1024;

/// So many headers are read.
const MOST_HEADERS: usize = 64;

/// With this trailer a streamed answer says that it failed on the way.
const FAILED_ON_THE_WAY: &str = "lambda-runtime-function-error-type";

/// A request that was read as a whole.
#[derive(Debug)]
pub(super) struct Request {
    pub(super) method: String,
    pub(super) path: String,
    /// Lower-case names with their values.
    headers: Vec<(String, String)>,
    pub(super) body: Body,
}

/// What came with a request.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Body {
    Whole(Vec<u8>),
    /// More than is taken; the connection is of no use any more.
    TooLarge,
}

impl Request {
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_str())
    }
}

/// One connection.
pub(super) struct Connection {
    stream: BufReader<TcpStream>,
}

impl Connection {
    pub(super) fn new(stream: TcpStream) -> Self {
        let _ = stream.set_nodelay(true);
        Self { stream: BufReader::new(stream) }
    }

    /// The next request; nothing where the other side is done, or is no HTTP.
    pub(super) fn request(&mut self, most_body: usize) -> io::Result<Option<Request>> {
        let head = self.head()?;
        let mut headers = [httparse::EMPTY_HEADER; MOST_HEADERS];
        let mut parsed = httparse::Request::new(&mut headers);
        if head.is_empty() || !matches!(parsed.parse(&head), Ok(httparse::Status::Complete(_))) {
            return Ok(None);
        }
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let mut request = Request {
            method: parsed.method.unwrap_or_default().to_owned(),
            path: parsed.path.unwrap_or_default().to_owned(),
            headers: parsed
                .headers
                .iter()
                .map(|header| (header.name.to_ascii_lowercase(), text(header.value)))
                .collect(),
            body: Body::Whole(Vec::new()),
        };
        request.body = self.body(&mut request, most_body)?;
        Ok(Some(request))
    }

    /// The head with the empty line after it.
    fn head(&mut self) -> io::Result<Vec<u8>> {
        let mut head = Vec::new();
        loop {
            let start = head.len();
            let left = MOST_HEAD.saturating_sub(start as u64);
            let read = self.stream.by_ref().take(left).read_until(b'\n', &mut head)?;
            if read == 0 {
                return Ok(Vec::new());
            }
            if start > 0 && matches!(&head[start..], b"\r\n" | b"\n") {
                return Ok(head);
            }
        }
    }

    fn body(&mut self, request: &mut Request, most: usize) -> io::Result<Body> {
        if request.header("expect").is_some_and(|value| value.eq_ignore_ascii_case("100-continue")) {
            self.stream.get_mut().write_all(b"HTTP/1.1 100 Continue\r\n\r\n")?;
        }
        let chunked = request.header("transfer-encoding").is_some_and(|value| value.contains("chunked"));
        if chunked {
            return self.chunks(request, most);
        }
        let length = request.header("content-length").and_then(|value| value.trim().parse::<usize>().ok());
        let length = length.unwrap_or(0);
        if length > most {
            return Ok(Body::TooLarge);
        }
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body)?;
        Ok(Body::Whole(body))
    }

    fn chunks(&mut self, request: &mut Request, most: usize) -> io::Result<Body> {
        let mut body = Vec::new();
        loop {
            let line = self.line()?;
            let Ok(httparse::Status::Complete((_, size))) = httparse::parse_chunk_size(&line) else {
                return Err(io::ErrorKind::InvalidData.into());
            };
            if size == 0 {
                break;
            }
            if size > (most - body.len()) as u64 {
                return Ok(Body::TooLarge);
            }
            let start = body.len();
            body.resize(start + size as usize, 0);
            self.stream.read_exact(&mut body[start..])?;
            self.line()?;
        }
        loop {
            let line = String::from_utf8_lossy(&self.line()?).trim().to_owned();
            let Some((name, value)) = line.split_once(':') else { break };
            if name.eq_ignore_ascii_case(FAILED_ON_THE_WAY) {
                request.headers.push((FAILED_ON_THE_WAY.to_owned(), value.trim().to_owned()));
            }
        }
        Ok(Body::Whole(body))
    }

    fn line(&mut self) -> io::Result<Vec<u8>> {
        let mut line = Vec::new();
        self.stream.by_ref().take(MOST_HEAD).read_until(b'\n', &mut line)?;
        Ok(line)
    }

    /// Answers with a status, headers and a body.
    pub(super) fn answer(&mut self, status: &str, headers: &[(&str, String)], body: &[u8]) -> io::Result<()> {
        let mut head = format!(
            "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n",
            body.len()
        );
        for (name, value) in headers {
            head.extend([name, ": ", value, "\r\n"]);
        }
        head.push_str("\r\n");
        let stream = self.stream.get_mut();
        stream.write_all(&[head.as_bytes(), body].concat())
    }

    /// Whether the other side is gone. What it sent since is not looked at.
    pub(super) fn is_gone(&self) -> bool {
        let stream = self.stream.get_ref();
        if !self.stream.buffer().is_empty() || stream.set_nonblocking(true).is_err() {
            return false;
        }
        let gone = match stream.peek(&mut [0]) {
            Ok(read) => read == 0,
            Err(error) => error.kind() != io::ErrorKind::WouldBlock,
        };
        gone | stream.set_nonblocking(false).is_err()
    }
}

/// The kind of a failure of which a streamed answer tells at its end.
pub(super) fn failed_on_the_way(request: &Request) -> Option<&str> {
    request.header(FAILED_ON_THE_WAY)
}
