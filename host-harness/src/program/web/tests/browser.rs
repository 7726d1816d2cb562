//! A browser that sends exactly what it is told, and keeps its cookies.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use url::form_urlencoded;

/// A browser.
pub struct Browser {
    address: SocketAddr,
    /// The cookies, by name.
    pub cookies: BTreeMap<String, String>,
}

/// An answer.
#[derive(Debug)]
pub struct Reply {
    /// Status code.
    pub status: u16,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    /// The page.
    pub body: String,
}

impl Reply {
    /// The one header of a name.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut found = self.headers.iter().filter(|(each, _)| each == name);
        let (value, more) = (found.next(), found.next());
        assert!(more.is_none(), "{name} twice");
        value.map(|(_, value)| value.as_str())
    }

    /// Where it leads; always a path of this site, without a query.
    pub fn onwards(&self) -> &str {
        assert_eq!(self.status, 303, "{}", self.body);
        let location = self.header("location").unwrap();
        assert!(
            location.starts_with('/') && !location.contains(['?', '#']),
            "{location}"
        );
        location
    }

    /// The lines that set cookies.
    pub fn cookies(&self) -> Vec<&str> {
        let lines = self.headers.iter().filter(|(name, _)| name == "set-cookie");
        lines.map(|(_, line)| line.as_str()).collect()
    }

    /// The session's token, from any form of the page.
    pub fn token(&self) -> String {
        self.after("name=\"token\" value=\"")
    }

    /// The attribute's value that follows this text.
    pub fn after(&self, text: &str) -> String {
        let (_, rest) = self
            .body
            .split_once(text)
            .unwrap_or_else(|| panic!("{text}: {self:?}"));
        unescape(rest.split('"').next().unwrap())
    }

    /// The page's text as people read it: no tags, no line breaks.
    pub fn text(&self) -> String {
        let mut text = String::new();
        for part in self.body.split('<') {
            text.push_str(part.split_once('>').map_or(part, |(_, after)| after));
            text.push(' ');
        }
        unescape(&text)
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
    }
}

fn unescape(text: &str) -> String {
    let pairs = [
        ("&#38;", "&"),
        ("&#60;", "<"),
        ("&#62;", ">"),
        ("&#34;", "\""),
        ("&#39;", "'"),
    ];
    pairs
        .iter()
        .fold(text.to_owned(), |text, (from, to)| text.replace(from, to))
}

impl Browser {
    /// A browser without cookies.
    pub fn new(address: SocketAddr) -> Self {
        Self {
            address,
            cookies: BTreeMap::new(),
        }
    }

    /// Opens a page.
    pub async fn get(&mut self, path: &str) -> Reply {
        self.send("GET", path, &[], "").await
    }

    /// Opens a page, and follows where it leads within this site.
    pub async fn open(&mut self, path: &str) -> Reply {
        let mut reply = self.get(path).await;
        while reply.status == 303 {
            let onwards = reply.onwards().to_owned();
            reply = self.get(&onwards).await;
        }
        reply
    }

    /// Sends a form.
    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Reply {
        self.send("POST", path, &[("content-type", FORM)], &form(fields))
            .await
    }

    /// Sends one request, with further headers.
    pub async fn send(
        &mut self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Reply {
        let mut request = format!("{method} {path} HTTP/1.1\r\nhost: wrong.example\r\n");
        let cookies: Vec<String> = self
            .cookies
            .iter()
            .map(|(n, v)| format!("{n}={v}"))
            .collect();
        if !cookies.is_empty() {
            request += &format!("cookie: {}\r\n", cookies.join("; "));
        }
        for (name, value) in headers {
            request += &format!("{name}: {value}\r\n");
        }
        let length = body.len();
        request += &format!("content-length: {length}\r\nconnection: close\r\n\r\n{body}");
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        // A server that refuses a body need not read it.
        let _ = stream.write_all(request.as_bytes()).await;
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer).await;
        let reply = read(&String::from_utf8(answer).unwrap());
        for line in reply.cookies() {
            self.keep(line);
        }
        reply
    }

    fn keep(&mut self, line: &str) {
        for attribute in ["Path=/", "Secure", "HttpOnly", "SameSite=Lax"] {
            assert!(line.split("; ").any(|part| part == attribute), "{line}");
        }
        assert!(
            line.starts_with("__Host-") && !line.contains("Domain"),
            "{line}"
        );
        let (name, value) = line.split(';').next().unwrap().split_once('=').unwrap();
        if line.contains("Max-Age=0") {
            self.cookies.remove(name);
        } else {
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
    }
}

/// The media type of forms.
pub const FORM: &str = "application/x-www-form-urlencoded";

/// A form's body.
pub fn form(fields: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs(fields)
        .finish()
}

fn read(answer: &str) -> Reply {
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((answer, ""));
    let mut lines = head.split("\r\n");
    let status = lines
        .next()
        .unwrap()
        .split(' ')
        .nth(1)
        .unwrap()
        .parse()
        .unwrap();
    let headers = lines.map(|line| {
        let (name, value) = line.split_once(':').unwrap();
        (name.to_ascii_lowercase(), value.trim().to_owned())
    });
    Reply {
        status,
        headers: headers.collect(),
        body: body.to_owned(),
    }
}
