//! What a refusal of Fortnox' authorization server means: one table.
//!
//! A refusal is read by its `error` code first, then by its words, never by
//! HTTP status or media type: the same one has been seen under several.

use crate::cause::Cause;
use crate::provider_text::{Words, lower};

/// Where a refusal came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// The callback (RFC 6749 section 4.1.2.1).
    Callback,
    /// The token endpoint, for a code (RFC 6749 section 5.2).
    CodeExchange,
    /// The token endpoint, for a refresh token.
    Renewal,
    /// The token endpoint, for the client's own credentials.
    ClientCredentials,
}

use Source::{Callback, ClientCredentials, CodeExchange, Renewal};

/// Any place.
const ANY: &[Source] = &[Callback, CodeExchange, Renewal, ClientCredentials];
/// The token endpoint.
const TOKEN: &[Source] = &[CodeExchange, Renewal, ClientCredentials];

/// One row: where, the `error` code (any when empty), a part of the words (any
/// when empty), and what it means. The first row that fits holds.
type Row = (&'static [Source], &'static str, &'static str, Cause);

/// Sources: RFC 6749 sections 4.1.2.1 and 5.2; Fortnox, FAQ and Errors; codes
/// beyond them as seen by several clients.
#[rustfmt::skip]
const TABLE: &[Row] = &[
    (ANY, "error_missing_license", "", Cause::IntegrationLicenceMissing),
    (ANY, "error_missing_app_license", "", Cause::AppLicenceMissing),
    (ANY, "error_missing_system_admin_right", "", Cause::NotSystemAdministrator),
    (ANY, "", "does not allow service account", Cause::ServiceAccountNotAllowed),
    (ANY, "", "missing license", Cause::IntegrationLicenceMissing),
    (ANY, "", "not have enough licenses", Cause::IntegrationLicenceMissing),
    (ANY, "invalid_scope", "", Cause::ScopeNotRegistered),
    (ANY, "redirect_uri_mismatch", "", Cause::RedirectUriRefused),
    (ANY, "", "redirect uri is missing or do not match", Cause::RedirectUriRefused),
    (ANY, "invalid_client", "", Cause::ClientCredentialsRefused),
    (ANY, "unauthorized_client", "", Cause::RequestRefused),
    (ANY, "invalid_request", "", Cause::RequestRefused),
    // Not an error of RFC 6749 section 5.2: what says so may be a firewall.
    (&[Renewal], "access_denied", "", Cause::ProviderRefused),
    (&[ClientCredentials], "access_denied", "", Cause::ConsentWithdrawn),
    (ANY, "access_denied", "", Cause::UserDeclined),
    (ANY, "server_error", "", Cause::ProviderFailing),
    (ANY, "temporarily_unavailable", "", Cause::ProviderFailing),
    (&[Callback], "unsupported_response_type", "", Cause::RequestRefused),
    (TOKEN, "unsupported_grant_type", "", Cause::RequestRefused),
    (&[CodeExchange], "invalid_grant", "", Cause::CodeRefused),
    (&[Renewal], "invalid_grant", "", Cause::GrantRefused),
    (&[ClientCredentials], "invalid_grant", "", Cause::ConsentWithdrawn),
];

/// The meaning of a refusal; [`Cause::ProviderRefused`] for one that the table
/// does not know.
pub fn meaning(source: Source, words: &Words) -> Cause {
    let message = lower(&words.message);
    TABLE
        .iter()
        .find(|(sources, code, part, _)| {
            sources.contains(&source)
                && (code.is_empty() || *code == words.code)
                && (part.is_empty() || message.contains(part))
        })
        .map_or(Cause::ProviderRefused, |(.., cause)| *cause)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_reached_by_its_own_code_and_words() {
        for (sources, code, part, cause) in TABLE {
            let words = Words::new(code, part);
            let reached = |source: &Source| meaning(*source, &words) == *cause;
            assert!(sources.iter().any(reached), "{code} {part}");
        }
    }

    #[test]
    fn words_are_found_inside_a_sentence_whatever_the_code() {
        let words = Words::new("invalid_request", "Client does not allow Service Account.");
        assert_eq!(meaning(Callback, &words), Cause::ServiceAccountNotAllowed);
        let words = Words::new("odd", "You do not have enough licenses for this");
        assert_eq!(meaning(Callback, &words), Cause::IntegrationLicenceMissing);
    }

    #[test]
    fn a_code_of_another_place_and_an_unknown_one_are_called_unknown() {
        let unknown = Cause::ProviderRefused;
        assert_eq!(meaning(Callback, &Words::new("invalid_grant", "")), unknown);
        assert_eq!(
            meaning(CodeExchange, &Words::new("hydra_error", "x")),
            unknown
        );
        assert_eq!(meaning(CodeExchange, &Words::default()), unknown);
    }
}
