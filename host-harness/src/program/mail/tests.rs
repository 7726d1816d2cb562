//! Messages, the folder, and conversations with a mail server on loopback.

mod server;

use std::os::unix::fs::PermissionsExt as _;
use std::time::Duration;

use lettre::message::Mailbox;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use tempfile::TempDir;

use super::*;
use server::{Heard, Manners, certificate, listen};

const BODY: &str = "First line.\n.A line with a dot.\nÅtkomsten har gått ut.\n";

fn letter<'a>(from: &'a Mailbox, to: &'a str, subject: &'a str) -> Letter<'a> {
    Letter {
        from,
        to,
        subject,
        body: BODY.to_owned(),
        now: Duration::from_secs(1_780_000_000),
        id: [0xab; 16],
    }
}

fn sender() -> Mailbox {
    "Demo ERP <noreply@erp.example>".parse().unwrap()
}

fn message() -> Message {
    let from = sender();
    let letter = letter(&from, "eva@example.com", "Åtkomst – slut");
    letter.message().unwrap()
}

fn server(port: u16, security: Security) -> Server {
    Server {
        host: "127.0.0.1".to_owned(),
        port,
        security,
        login: Some(Login {
            user: "u".to_owned(),
            password: "s3cret".into(),
        }),
        hello: "erp.example".to_owned(),
    }
}

/// TLS as it is set up for this server, but with this certificate trusted.
fn trusting(security: Security, certificate: Vec<u8>) -> Tls {
    let parameters = TlsParameters::builder("127.0.0.1".to_owned())
        .add_root_certificate(Certificate::from_der(certificate).unwrap())
        .build_rustls()
        .unwrap();
    match security {
        Security::Implicit => Tls::Wrapper(parameters),
        _ => Tls::Required(parameters),
    }
}

const LOGIN: &str = "AUTH PLAIN AHUAczNjcmV0";

#[tokio::test]
async fn given_a_server_on_this_machine_when_delivered_then_the_conversation_is_whole() {
    let manners = Manners {
        offers: vec!["AUTH PLAIN LOGIN"],
        ..Manners::default()
    };
    let (port, heard) = listen(manners).await;
    let smtp = Smtp::new(&server(port, Security::None)).unwrap();
    smtp.deliver(&message()).await.unwrap();
    let Heard { lines, message } = heard.await.unwrap();
    let expected = [
        "EHLO erp.example",
        LOGIN,
        "MAIL FROM:<noreply@erp.example>",
        "RCPT TO:<eva@example.com>",
        "DATA",
    ];
    assert_eq!(lines[..5], expected);
    assert!(message.contains("\r\nTo: eva@example.com\r\n"), "{message}");
    assert!(message.contains("\r\nAuto-Submitted: auto-generated\r\n"));
    assert!(
        message.contains("\r\n..A line with a dot.\r\n"),
        "{message}"
    );
    assert!(message.is_ascii(), "encoded for servers of old");
}

#[tokio::test]
async fn given_tls_when_delivered_then_nothing_but_the_greeting_is_said_before_it() {
    for security in [Security::StartTls, Security::Implicit] {
        let (shown, root) = certificate();
        let manners = Manners {
            offers: vec!["STARTTLS", "AUTH PLAIN"],
            shown: Some(shown),
            implicit: security == Security::Implicit,
            ..Manners::default()
        };
        let (port, heard) = listen(manners).await;
        let smtp = Smtp::with_tls(&server(port, security), trusting(security, root));
        smtp.deliver(&message()).await.unwrap();
        let Heard { lines, message } = heard.await.unwrap();
        let expected: &[&str] = match security {
            Security::StartTls => &["EHLO erp.example", "STARTTLS", "EHLO erp.example", LOGIN],
            _ => &["EHLO erp.example", LOGIN],
        };
        assert!(
            lines
                .iter()
                .zip(expected)
                .all(|(line, expected)| line == expected),
            "{lines:?}"
        );
        assert!(message.contains("First line."));
    }
}

#[tokio::test]
async fn given_a_server_without_the_tls_asked_for_when_delivered_then_it_learns_nothing() {
    let plain = Manners {
        offers: vec!["AUTH PLAIN"],
        ..Manners::default()
    };
    let untrusted = |implicit| Manners {
        offers: vec!["STARTTLS", "AUTH PLAIN"],
        shown: Some(certificate().0),
        implicit,
        ..Manners::default()
    };
    for (manners, security) in [
        (plain, Security::StartTls),
        (untrusted(false), Security::StartTls),
        (untrusted(true), Security::Implicit),
    ] {
        let (port, heard) = listen(manners).await;
        let smtp = Smtp::new(&server(port, security)).unwrap();
        let error = smtp.deliver(&message()).await.unwrap_err();
        assert!(!error.is_of_this_message());
        drop(smtp);
        let Heard { lines, message } = heard.await.unwrap();
        let said =
            |line: &String| ["EHLO erp.example", "STARTTLS", "QUIT"].contains(&line.as_str());
        assert!(lines.iter().all(said) && message.is_empty(), "{lines:?}");
    }
}

#[tokio::test]
async fn given_refusals_when_told_then_it_is_known_whether_another_message_might_pass() {
    let refused = |recipient, message| Manners {
        offers: vec!["AUTH PLAIN"],
        recipient,
        message,
        ..Manners::default()
    };
    for (manners, expected) in [
        (refused("550 no such user", "250 ok"), true),
        (refused("451 later", "250 ok"), false),
        (refused("250 ok", "554 spam"), true),
        (refused("250 ok", "452 full"), false),
    ] {
        let (port, heard) = listen(manners).await;
        let smtp = Smtp::new(&server(port, Security::None)).unwrap();
        let error = smtp.deliver(&message()).await.unwrap_err();
        assert_eq!(error.is_of_this_message(), expected, "{error:?}");
        assert!(!format!("{error} {error:?}").contains("s3cret"));
        drop(heard.await.unwrap());
    }
    let (port, heard) = listen(Manners::default()).await;
    heard.abort();
    let _ = heard.await;
    let smtp = Smtp::new(&server(port, Security::None)).unwrap();
    let nobody = smtp.deliver(&message()).await.unwrap_err();
    assert!(!nobody.is_of_this_message());
}

#[tokio::test]
async fn given_a_folder_when_delivered_then_each_message_is_a_whole_file_for_its_owner_alone() {
    let place = TempDir::new().unwrap();
    let path = place.path().join("out/box");
    let folder = Folder::new(path.clone());
    assert!(!path.exists());
    for _ in 0..3 {
        folder.deliver(&message()).await.unwrap();
    }
    let mode = |path: &std::path::Path| path.metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&path), 0o700);
    let files = std::fs::read_dir(&path).unwrap();
    let files: Vec<_> = files.map(|file| file.unwrap().path()).collect();
    assert_eq!(files.len(), 3);
    for file in files {
        assert_eq!(file.extension().unwrap(), "eml");
        assert_eq!(mode(&file), 0o600);
        assert_eq!(std::fs::read(&file).unwrap(), message().formatted());
    }
}

#[tokio::test]
async fn given_a_folder_that_cannot_be_when_delivered_then_it_is_told() {
    let place = TempDir::new().unwrap();
    let path = place.path().join("file");
    std::fs::write(&path, "").unwrap();
    let error = Folder::new(path).deliver(&message()).await.unwrap_err();
    assert!(matches!(error, DeliveryError::File { .. }), "{error:?}");
}

#[test]
fn given_texts_with_line_breaks_when_made_then_no_header_is_added() {
    let from = sender();
    let subject = "Acme\r\nBcc: mallory@example.com\n\n<html>\u{202e}";
    let message = letter(&from, "eva@example.com", subject).message().unwrap();
    let text = String::from_utf8(message.formatted()).unwrap();
    let (headers, _) = text.split_once("\r\n\r\n").unwrap();
    let names: Vec<&str> = headers
        .split("\r\n")
        .filter(|line| !line.starts_with([' ', '\t']))
        .map(|line| line.split_once(':').unwrap().0)
        .collect();
    let mut expected = [
        "From",
        "To",
        "Subject",
        "Date",
        "Message-ID",
        "Auto-Submitted",
        "MIME-Version",
        "Content-Type",
        "Content-Transfer-Encoding",
    ];
    let mut sorted = names.clone();
    sorted.sort_unstable();
    expected.sort_unstable();
    assert_eq!(sorted, expected, "{headers}");
    assert_eq!(message.envelope().to().len(), 1);
    assert!(
        headers.contains("Date: Thu, 28 May 2026 20:26:40 +0000"),
        "{headers}"
    );
    let id = format!("Message-ID: <{}@erp.example>", "ab".repeat(16));
    assert!(headers.contains(&id), "{headers}");
}

#[test]
fn given_what_is_no_bare_address_when_made_then_there_is_no_message() {
    let from = sender();
    for to in [
        "",
        "eva",
        "eva@",
        "Eva <eva@example.com>",
        "eva@example.com, mallory@example.com",
        "eva@example.com\r\nBcc: mallory@example.com",
        "eva@example.com>\r\nRCPT TO:<mallory@example.com",
        "eva\n@example.com",
    ] {
        let made = letter(&from, to, "x").message();
        assert!(matches!(made, Err(MessageError::Address(_))), "{to:?}");
    }
}
