//! The way back to the client (RFC 6749 sections 4.1.2 and 4.1.2.1).

use axum::response::Response;
use form_urlencoded::Serializer;

use crate::answer;
use crate::behaviour::Behaviour;
use crate::pages;
use crate::refusal::Refusal;

/// Approved.
pub(crate) fn with_code(
    behaviour: &Behaviour,
    return_to: &str,
    state: Option<&str>,
    code: &str,
) -> Response {
    send(behaviour, return_to, &[("code", code)], state)
}

/// Refused, by redirect or, where a switch says so, by a page.
pub(crate) fn with_error(
    behaviour: &Behaviour,
    return_to: &str,
    state: Option<&str>,
    refusal: Refusal,
) -> Response {
    if behaviour.error_pages.contains(&refusal) {
        return pages::refused(behaviour, refusal);
    }
    let error = [
        ("error", behaviour.error(refusal)),
        ("error_description", behaviour.description(refusal)),
    ];
    let state = state.filter(|_| behaviour.state_on_errors);
    send(behaviour, return_to, &error, state)
}

/// Locked: neither code nor error nor state (S live).
pub(crate) fn bare(return_to: &str) -> Response {
    answer::redirect(return_to).unwrap_or_else(pages::unreachable)
}

fn send(
    behaviour: &Behaviour,
    return_to: &str,
    parameters: &[(&str, &str)],
    state: Option<&str>,
) -> Response {
    let mut query = Serializer::new(String::new());
    query.extend_pairs(parameters);
    if let Some(state) = state {
        let state = match behaviour.state_plus_becomes_space {
            true => state.replace('+', " "),
            false => state.to_owned(),
        };
        query.append_pair("state", &state);
    }
    if let Some(issuer) = &behaviour.callback_issuer {
        query.append_pair("iss", issuer);
    }
    query.extend_pairs(&behaviour.callback_extra);
    // The registered text itself, so that it stays byte for byte the same.
    let separator = if return_to.contains('?') { '&' } else { '?' };
    let to = format!("{return_to}{separator}{}", query.finish());
    answer::redirect(&to).unwrap_or_else(pages::unreachable)
}
