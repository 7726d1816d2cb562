//! The pause that a server asks for.

use std::time::Duration;

use crate::effects::Response;

/// It is taken for no less and no more seconds than this.
const LIMITS: (u64, u64) = (1, 15 * 60);

/// `Retry-After` in seconds (RFC 9110 section 10.2.3). A date would need the
/// server's clock; a quarter of an hour at most is asked for anyway.
pub fn retry_after(response: &Response) -> Option<Duration> {
    let (least, most) = LIMITS;
    let text = response.header("retry-after")?.trim();
    let seconds = if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        text.parse().unwrap_or(most)
    } else if text.contains("GMT") {
        most
    } else {
        return None;
    };
    Some(Duration::from_secs(seconds.clamp(least, most)))
}

#[cfg(test)]
mod tests {
    use http::StatusCode;

    use super::*;

    #[test]
    fn given_a_header_when_read_then_the_pause_is_within_limits() {
        for (value, seconds) in [
            ("30", Some(30)),
            (" 30 ", Some(30)),
            ("0", Some(1)),
            ("86400", Some(900)),
            ("99999999999999999999999", Some(900)),
            ("Sun, 22 Nov 2026 12:00:00 GMT", Some(900)),
            ("", None),
            ("-1", None),
            ("1.5", None),
            ("soon", None),
        ] {
            let response = Response {
                status: StatusCode::TOO_MANY_REQUESTS,
                headers: vec![("retry-after".to_owned(), value.to_owned())],
                body: Vec::new(),
            };
            let expected = seconds.map(Duration::from_secs);
            assert_eq!(retry_after(&response), expected, "{value}");
        }
    }
}
