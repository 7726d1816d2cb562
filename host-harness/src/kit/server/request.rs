//! One request, read whole and within bounds.

use std::io;

use tokio::io::{AsyncRead, AsyncReadExt as _};

const HEAD: usize = 16 * 1024;
const BODY: usize = 256 * 1024;
/// Bytes of an identifier, in requests and in the ledger.
const ID: usize = 96;

/// A request as it came.
#[derive(Debug, Default)]
pub(super) struct Request {
    pub(super) method: String,
    /// The last segment of the path: what the server shall do.
    pub(super) behaviour: String,
    query: Vec<(String, String)>,
    /// Names in lower case.
    headers: Vec<(String, String)>,
    pub(super) body: Vec<u8>,
    /// Whether another request may follow on the same connection.
    pub(super) keep_alive: bool,
}

impl Request {
    /// Reads the next request; none when the client has no more.
    ///
    /// `buffer` holds what was read beyond the last one. A request out of
    /// bounds or out of grammar is an error.
    pub(super) async fn read(
        stream: &mut (impl AsyncRead + Unpin),
        buffer: &mut Vec<u8>,
    ) -> io::Result<Option<Self>> {
        let end = loop {
            if let Some(at) = buffer.windows(4).position(|four| four == b"\r\n\r\n") {
                break at + 4;
            }
            if buffer.len() > HEAD {
                return Err(wrong("the head is too large"));
            }
            if stream.read_buf(buffer).await? == 0 {
                return match buffer.is_empty() {
                    true => Ok(None),
                    false => Err(io::ErrorKind::UnexpectedEof.into()),
                };
            }
        };
        let head: Vec<u8> = buffer.drain(..end).collect();
        let mut request = Self::parse(&String::from_utf8_lossy(&head))?;
        let length = request.length()?;
        while buffer.len() < length {
            if stream.read_buf(buffer).await? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
        request.body = buffer.drain(..length).collect();
        Ok(Some(request))
    }

    fn parse(head: &str) -> io::Result<Self> {
        let mut lines = head.lines();
        let mut first = lines.next().unwrap_or_default().split(' ');
        let (Some(method), Some(target), Some(version)) =
            (first.next(), first.next(), first.next())
        else {
            return Err(wrong("this is no request line"));
        };
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let headers = lines.filter_map(|line| line.split_once(':'));
        let mut request = Self {
            method: method.to_owned(),
            behaviour: path.rsplit('/').next().unwrap_or_default().to_owned(),
            query: pairs(query.split('&').filter_map(|pair| pair.split_once('='))),
            headers: pairs(headers.map(|(name, value)| (name, value.trim()))),
            ..Self::default()
        };
        for (name, _) in &mut request.headers {
            name.make_ascii_lowercase();
        }
        let close =
            (request.header("connection")).is_some_and(|value| value.eq_ignore_ascii_case("close"));
        request.keep_alive = version == "HTTP/1.1" && !close;
        Ok(request)
    }

    fn length(&self) -> io::Result<usize> {
        if self.header("transfer-encoding").is_some() {
            return Err(wrong("a body has a content-length here"));
        }
        let length = self.header("content-length").unwrap_or("0").parse().ok();
        let length = length.filter(|length| *length <= BODY);
        length.ok_or_else(|| wrong("the body is too large"))
    }

    /// The first header of this lower-case name.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        find(&self.headers, name)
    }

    /// A number in the query.
    pub(super) fn number(&self, name: &str) -> Option<u64> {
        find(&self.query, name)?.parse().ok()
    }

    /// An identifier in the query: letters, digits, dots and hyphens, so that
    /// it can stand anywhere without being escaped.
    pub(super) fn id(&self, name: &str) -> Option<&str> {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b".-".contains(&byte);
        find(&self.query, name).filter(|id| id.len() <= ID && id.bytes().all(plain))
    }
}

fn pairs<'a>(pairs: impl Iterator<Item = (&'a str, &'a str)>) -> Vec<(String, String)> {
    pairs
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

fn find<'a>(pairs: &'a [(String, String)], name: &str) -> Option<&'a str> {
    let mut values = pairs.iter().filter(|(candidate, _)| candidate == name);
    values.next().map(|(_, value)| value.as_str())
}

fn wrong(message: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, message)
}
