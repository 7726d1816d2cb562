//! Parameters of queries and form bodies. A repeated parameter counts once, the
//! last one, as the server that Fortnox resembles has it.

use axum::body::Bytes;
use http::HeaderMap;
use http::header::CONTENT_TYPE;

/// Decoded parameters.
pub(crate) struct Params(Vec<(String, String)>);

impl Params {
    pub(crate) fn of_query(query: &str) -> Self {
        Self(
            form_urlencoded::parse(query.as_bytes())
                .into_owned()
                .collect(),
        )
    }

    /// Empty unless the body calls itself a form.
    pub(crate) fn of_form(headers: &HeaderMap, body: &Bytes) -> Self {
        let media_type = headers
            .get(CONTENT_TYPE)
            .and_then(|value| value.to_str().ok());
        let is_form = media_type
            .and_then(|text| text.split(';').next())
            .is_some_and(|essence| {
                essence
                    .trim()
                    .eq_ignore_ascii_case("application/x-www-form-urlencoded")
            });
        if is_form {
            Self(form_urlencoded::parse(body).into_owned().collect())
        } else {
            Self(Vec::new())
        }
    }

    /// None when absent or empty.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.given(name).filter(|value| !value.is_empty())
    }

    /// None when absent.
    pub(crate) fn given(&self, name: &str) -> Option<&str> {
        let mut found = self.0.iter().rev().filter(|(key, _)| key == name);
        found.next().map(|(_, value)| value.as_str())
    }
}

/// A parameter as it stands in the query, not decoded.
pub(crate) fn raw<'a>(query: &'a str, name: &str) -> Option<&'a str> {
    let mut parts = query.split('&').filter_map(|part| part.split_once('='));
    parts.rfind(|(key, _)| *key == name).map(|(_, value)| value)
}
