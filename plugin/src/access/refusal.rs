//! What a refusal of Fortnox' API means: one table.
//!
//! A refusal is read by its code first, then by its words, never by HTTP status
//! or media type: the same one has been seen under several. Licence, right and
//! scope stay apart, because each has another way out.

use http::StatusCode;

use crate::provider_text::{Words, lower};

/// What the API's answer says of the access.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// It was served.
    Served,
    /// The access token is not accepted.
    Token,
    /// The token lacks the scope.
    Scope,
    /// No module is licensed that the scope belongs to.
    Licence,
    /// The company has no licence to integrate at all.
    IntegrationLicence,
    /// The user may not use the register.
    Right,
    /// Too many requests.
    Limited,
    /// The API itself is out of order.
    Failing,
    /// Refused, in words that this plugin does not know or without any.
    Unknown,
    /// About the request, and not about the access.
    Request,
}

use Meaning::{Failing, IntegrationLicence, Licence, Request, Right, Scope, Token};

/// One row: the code (any when empty), a part of the words (any when empty), and
/// what it means. The first row that fits holds.
type Row = (&'static str, &'static str, Meaning);

/// Sources: Fortnox, Errors and FAQ; codes beyond them as seen by several
/// clients. One code is listed with two texts, so its words decide.
#[rustfmt::skip]
const TABLE: &[Row] = &[
    ("2000310", "", Token),
    ("2000311", "", Token),
    ("2004054", "", Token),
    ("2003275", "ej autentiserad", Token),
    ("2003275", "", Right),
    ("2000663", "", Scope),
    ("2001393", "", Scope),
    ("2002455", "", Scope),
    ("2001101", "", Licence),
    ("2001103", "", IntegrationLicence),
    ("error_missing_license", "", IntegrationLicence),
    ("error_missing_app_license", "", IntegrationLicence),
    ("2001538", "", Right),
    ("2001339", "", Right),
    ("2001427", "", Right),
    ("2003330", "", Right),
    ("2000664", "", Right),
    // About the request: its words may speak of anything.
    ("1000003", "", Failing),
    ("1000030", "", Request),
    ("1000031", "", Request),
    ("2000428", "", Request),
    ("2000433", "", Request),
    ("2000434", "", Request),
    ("2000439", "", Request),
    ("2000587", "", Request),
    ("2000588", "", Request),
    ("2000637", "", Request),
    ("2000729", "", Request),
    ("2001161", "", Request),
    ("2001392", "", Request),
    ("2001399", "", Request),
    ("2001740", "", Request),
    ("2002115", "", Request),
    // Any other code, by its words.
    ("", "behörighet för scope", Scope),
    ("", "ingen aktiv licens", Licence),
    ("", "no active licen", Licence),
    ("", "api-licens", IntegrationLicence),
    ("", "missing licen", Licence),
    ("", "saknar licens", Licence),
    ("", "saknar behörighet", Right),
    ("", "saknar rättighet", Right),
    ("", "har inte behörighet", Right),
    ("", "ogiltig inloggning", Token),
    ("", "ej autentiserad", Token),
];

/// What an answer says of the access.
pub fn meaning(status: StatusCode, words: &Words) -> Meaning {
    if status == StatusCode::TOO_MANY_REQUESTS {
        return Meaning::Limited;
    }
    let message = lower(&words.message);
    let row = TABLE.iter().find(|(code, part, _)| {
        (code.is_empty() || *code == words.code) && (part.is_empty() || message.contains(part))
    });
    match row {
        Some((.., Request)) if status.is_success() => Meaning::Served,
        Some((.., meaning)) => *meaning,
        None if status.is_success() => Meaning::Served,
        // RFC 6750 section 3.1 and RFC 9110 section 15.5.4: whose fault it is, and
        // no more, is told by a status.
        None if status == StatusCode::UNAUTHORIZED => Token,
        None if status.is_server_error() => Failing,
        None if status == StatusCode::FORBIDDEN => Meaning::Unknown,
        None => Request,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BAD: StatusCode = StatusCode::BAD_REQUEST;

    #[test]
    fn given_each_row_when_met_then_it_means_the_same_under_every_status() {
        for (code, part, expected) in TABLE {
            for status in [400, 401, 403, 404, 409, 500] {
                let status = StatusCode::from_u16(status).unwrap();
                for message in [(*part).to_owned(), format!("Du {}.", part.to_uppercase())] {
                    let words = Words::new(code, &message);
                    assert_eq!(meaning(status, &words), *expected, "{code} {message}");
                }
            }
        }
    }

    #[test]
    fn given_words_of_fortnox_when_read_then_scope_licence_and_right_stay_apart() {
        for (code, message, expected) in [
            ("2000663", "Har inte behörighet för scope", Scope),
            ("9", "Har inte behörighet för scope", Scope),
            (
                "2001101",
                "Det finns ingen aktiv licens för önskat scope",
                Licence,
            ),
            ("", "Det finns ingen aktiv licens för önskat scope", Licence),
            ("2001103", "Api-licens saknas.", IntegrationLicence),
            ("", "Api-licens saknas.", IntegrationLicence),
            ("2001538", "Saknar behörighet för kundregister", Right),
            ("", "Saknar behörighet för projektregister", Right),
            ("", "Saknar rättighet för att använda projekt", Right),
            (
                "2003275",
                "Saknar behörighet för leverantörsregister.",
                Right,
            ),
            ("2003275", "Ej autentiserad", Token),
            ("", "Ogiltig inloggning", Token),
        ] {
            assert_eq!(
                meaning(BAD, &Words::new(code, message)),
                expected,
                "{message}"
            );
        }
    }

    #[test]
    fn given_an_error_of_the_request_when_its_words_sound_otherwise_then_the_code_decides() {
        let words = Words::new("2000588", "Saknar behörighet för kundregister");
        assert_eq!(meaning(StatusCode::FORBIDDEN, &words), Request);
    }

    #[test]
    fn given_no_words_when_only_a_status_is_there_then_it_says_little() {
        for (status, expected) in [
            (200, Meaning::Served),
            (204, Meaning::Served),
            (301, Request),
            (400, Request),
            (401, Token),
            (403, Meaning::Unknown),
            (404, Request),
            (429, Meaning::Limited),
            (500, Failing),
            (503, Failing),
        ] {
            let status = StatusCode::from_u16(status).unwrap();
            assert_eq!(meaning(status, &Words::default()), expected, "{status}");
        }
        // An error under a success is one all the same.
        let words = Words::new("2001538", "Saknar behörighet för kundregister");
        assert_eq!(meaning(StatusCode::OK, &words), Right);
        let words = Words::new("2000588", "Ogiltig parameter i anropet.");
        assert_eq!(meaning(StatusCode::OK, &words), Meaning::Served);
    }
}
