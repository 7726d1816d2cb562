//! The callback's query string (RFC 6749 sections 4.1.2 and 4.1.2.1).
//!
//! [`Callback::parse`] is the only way in. What it lets through is well-formed:
//! no parameter twice, none too long, and a code of the RFC's characters.

use std::borrow::Cow;
use std::fmt;

use oauth2::AuthorizationCode;

use crate::cause::Cause;
use crate::provider_text::Words;

/// Longest query that is looked at.
const MAX_QUERY: usize = 16 * 1024;
/// Longest code (Fortnox' are UUIDs).
const MAX_CODE: usize = 2048;
/// Longest `state` that could be ours.
const MAX_STATE: usize = 256;

/// What the browser came back with.
pub struct Callback {
    /// `state`, as it came.
    pub state: Option<String>,
    /// `iss` (RFC 9207), as it came.
    pub issuer: Option<String>,
    /// What the provider answered.
    pub answer: Answer,
}

/// The provider's answer to an authorization request.
pub enum Answer {
    /// An authorization code.
    Code(AuthorizationCode),
    /// A refusal.
    Refused(Words),
    /// Neither.
    Nothing,
}

impl Callback {
    /// Reads a raw query string, without `?`. Parameters that are not known
    /// are ignored, and so is their order.
    ///
    /// # Errors
    /// [`Cause::CallbackMalformed`]; then nothing of it may be used.
    pub fn parse(query: &str) -> Result<Callback, Cause> {
        let malformed = Cause::CallbackMalformed;
        if query.len() > MAX_QUERY {
            return Err(malformed);
        }
        let pairs: Vec<(Cow<'_, str>, Cow<'_, str>)> =
            form_urlencoded::parse(query.as_bytes()).collect();
        let single = |name: &str| {
            let mut values = pairs.iter().filter(|(key, _)| key == name);
            match (values.next(), values.next()) {
                (value, None) => Ok(value.map(|(_, value)| value.as_ref())),
                _ => Err(malformed),
            }
        };
        let state = single("state")?;
        if state.is_some_and(|state| state.len() > MAX_STATE) {
            return Err(malformed);
        }
        let code = single("code")?;
        let error = single("error")?;
        let description = single("error_description")?;
        single("error_uri")?;
        let answer = match (error, code) {
            (Some(error), code) => {
                let secrets = [state.unwrap_or_default(), code.unwrap_or_default()];
                let description = description.unwrap_or_default();
                Answer::Refused(Words::without(&secrets, error, description))
            }
            (None, Some(code)) if is_code(code) => {
                Answer::Code(AuthorizationCode::new(code.to_owned()))
            }
            (None, Some(_)) => return Err(malformed),
            (None, None) => Answer::Nothing,
        };
        Ok(Callback {
            state: state.map(str::to_owned),
            issuer: single("iss")?.map(str::to_owned),
            answer,
        })
    }
}

/// RFC 6749 appendix A.11, less the space, which no server uses.
fn is_code(code: &str) -> bool {
    (1..=MAX_CODE).contains(&code.len()) && code.bytes().all(|byte| byte.is_ascii_graphic())
}

impl fmt::Debug for Callback {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Callback")
            .field("issuer", &self.issuer)
            .field("answer", &self.answer)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Answer::Code(_) => f.write_str("Code([redacted])"),
            Answer::Refused(words) => f.debug_tuple("Refused").field(words).finish(),
            Answer::Nothing => f.write_str("Nothing"),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn code(query: &str) -> Option<String> {
        match Callback::parse(query).ok()?.answer {
            Answer::Code(code) => Some(code.into_secret()),
            _ => None,
        }
    }

    #[test]
    fn a_code_comes_with_its_state_in_any_order_among_others() {
        for query in [
            "code=c-1&state=s1",
            "state=s1&code=c-1",
            "x=1&state=s1&y&&code=c%2D1&iss=https%3A%2F%2Fa",
        ] {
            assert_eq!(code(query).as_deref(), Some("c-1"), "{query}");
            let state = Callback::parse(query).unwrap().state;
            assert_eq!(state.as_deref(), Some("s1"), "{query}");
        }
        let issuer = Callback::parse("iss=https%3A%2F%2Fa").unwrap().issuer;
        assert_eq!(issuer.as_deref(), Some("https://a"));
    }

    #[test]
    fn an_error_wins_over_a_code_and_its_words_are_harmless() {
        let query = "error=access_denied&error_description=Nej%0D%0A%3Cb%3E+tack&code=c";
        match Callback::parse(query).unwrap().answer {
            Answer::Refused(words) => {
                assert_eq!(words, Words::new("access_denied", "Nej ‹b› tack"));
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_state_or_code_in_the_words_is_taken_out() {
        let query = "error=s3cret-1&error_description=state+s3cret-1+code+c0de-123&state=s3cret-1&code=c0de-123";
        match Callback::parse(query).unwrap().answer {
            Answer::Refused(words) => {
                assert_eq!(words, Words::new("[...]", "state [...] code [...]"));
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn neither_code_nor_error_is_nothing() {
        for query in ["", "state=s", "Code=c", "code[]=c", "#code=c", "?code=c"] {
            let answer = Callback::parse(query).unwrap().answer;
            assert!(matches!(answer, Answer::Nothing), "{query}");
        }
    }

    #[test]
    fn a_repeated_parameter_is_malformed() {
        for name in [
            "code",
            "state",
            "iss",
            "error",
            "error_description",
            "error_uri",
        ] {
            let query = format!("{name}=a&{name}=a");
            let cause = Callback::parse(&query).unwrap_err();
            assert_eq!(cause, Cause::CallbackMalformed, "{name}");
        }
        assert!(Callback::parse("other=a&other=b").is_ok());
    }

    #[test]
    fn an_empty_long_or_odd_code_or_state_is_malformed() {
        let long = |name: &str, length: usize| format!("{name}={}", "a".repeat(length));
        assert!(Callback::parse(&long("code", 2048)).is_ok());
        assert!(Callback::parse(&long("state", 256)).is_ok());
        let malformed = [
            "code=".to_owned(),
            "code=a+b".to_owned(),
            "code=a%00".to_owned(),
            "code=%C3%A5".to_owned(),
            "code=%FF".to_owned(),
            long("code", 2049),
            long("state", 257),
            long("code", 2 * 1024 * 1024),
            long("other", 16 * 1024),
        ];
        for query in malformed {
            assert!(Callback::parse(&query).is_err(), "{:.20}", query);
        }
    }

    #[test]
    fn a_query_of_16_kib_is_looked_at_and_a_longer_one_is_not() {
        let longest = format!("x={}", "a".repeat(16 * 1024 - 2));
        assert!(Callback::parse(&longest).is_ok());
        assert!(Callback::parse(&format!("{longest}a")).is_err());
    }

    #[test]
    fn debug_shows_neither_code_nor_state() {
        let shown = |query| format!("{:?}", Callback::parse(query).unwrap());
        assert!(shown("error=odd&iss=i").contains("odd"));
        assert!(shown("").contains("Nothing"));
        let shown = shown("code=c0de&state=st4te&iss=https://a");
        assert!(
            shown.contains("Code([redacted])") && shown.contains("https://a"),
            "{shown}"
        );
        assert!(
            !shown.contains("c0de") && !shown.contains("st4te"),
            "{shown}"
        );
    }

    proptest! {
        #[test]
        fn no_query_makes_it_panic(query in "\\PC{0,300}") {
            let _ = Callback::parse(&query);
        }

        #[test]
        fn a_code_that_comes_through_is_well_formed(code in "\\PC{0,50}") {
            let query: String = form_urlencoded::Serializer::new(String::new())
                .append_pair("code", &code)
                .finish();
            if let Ok(Callback { answer: Answer::Code(parsed), .. }) = Callback::parse(&query) {
                prop_assert!(is_code(parsed.secret()));
                prop_assert_eq!(parsed.secret(), &code);
            }
        }
    }
}
