//! The single switches that the control page offers, each with what it means to
//! a client. Maps and replaced answers are for programs; the form leaves them as
//! they are.

use crate::behaviour::{
    ApiError, BasicDialect, Behaviour, ErrorMediaType, ErrorShape, RedirectUriCompare,
    RevocationEnds,
};
use crate::params::Params;
use crate::scope::Scopes;

use super::command::Unreadable;

/// Something that is on or off.
pub(super) struct Switch {
    pub(super) name: &'static str,
    pub(super) label: &'static str,
    pub(super) get: fn(&Behaviour) -> bool,
    set: fn(&mut Behaviour, bool),
}

/// A whole number of seconds.
pub(super) struct Seconds {
    pub(super) name: &'static str,
    pub(super) label: &'static str,
    pub(super) get: fn(&Behaviour) -> u64,
    set: fn(&mut Behaviour, u64),
}

/// One of several.
pub(super) struct Choice {
    pub(super) name: &'static str,
    pub(super) label: &'static str,
    pub(super) options: &'static [Selectable],
}

/// Something to choose.
pub(super) struct Selectable {
    pub(super) name: &'static str,
    pub(super) label: &'static str,
    pub(super) is_chosen: fn(&Behaviour) -> bool,
    choose: fn(&mut Behaviour),
}

impl Choice {
    /// Whether both choose the same.
    pub(super) fn is_same(&self, one: &Behaviour, other: &Behaviour) -> bool {
        let same = |option: &Selectable| (option.is_chosen)(one) == (option.is_chosen)(other);
        self.options.iter().all(same)
    }
}

/// Longest time that can be entered: about ten years.
pub(super) const MOST_SECONDS: u64 = 10 * 366 * 24 * 3600;

/// Switches that belong together.
pub(super) struct Group {
    pub(super) title: &'static str,
    pub(super) switches: &'static [Switch],
    pub(super) seconds: &'static [Seconds],
    pub(super) choices: &'static [Choice],
}

macro_rules! switch {
    ($field:ident, $label:literal) => {
        switch!($field, $label, |b| b.$field, |b, on| b.$field = on)
    };
    ($field:ident, $label:literal, $either:path, $or:path) => {
        switch!($field, $label, |b| b.$field == $or, |b, on| b.$field =
            if on { $or } else { $either })
    };
    ($field:ident, $label:literal, $get:expr, $set:expr) => {
        Switch {
            name: stringify!($field),
            label: $label,
            get: $get,
            set: $set,
        }
    };
}

macro_rules! seconds {
    ($field:ident, $label:literal) => {
        Seconds {
            name: stringify!($field),
            label: $label,
            get: |b| b.$field,
            set: |b, amount| b.$field = amount,
        }
    };
}

macro_rules! option {
    ($field:ident, $name:literal, $value:path, $label:literal) => {
        Selectable {
            name: $name,
            label: $label,
            is_chosen: |b| b.$field == $value,
            choose: |b| b.$field = $value,
        }
    };
}

macro_rules! token_error {
    ($name:literal, $error:path, $label:literal) => {
        Selectable {
            name: $name,
            label: $label,
            is_chosen: |b| b.rest.token_error == $error(),
            choose: |b| b.rest.token_error = $error(),
        }
    };
}

pub(super) const GRANT_ONLY: &str = "grant_only";
pub(super) const CALLBACK_ISSUER: &str = "callback_issuer";

#[rustfmt::skip]
pub(super) static GROUPS: &[Group] = &[
    Group {
        title: "Login and consent",
        switches: &[
            switch!(state_required, "A request without state is refused"),
            switch!(pkce_enforced, "PKCE with S256 is enforced"),
            switch!(redirect_uri_compare, "The redirect URI is compared as it stands in the query, not decoded",
                RedirectUriCompare::Decoded, RedirectUriCompare::Raw),
            switch!(every_company_locked, "Every company is locked"),
            switch!(modules_needed_for_tokens, "Tokens need the modules of all their scopes"),
            switch!(refresh_token_needs_offline, "Without access_type=offline there is no refresh token"),
            switch!(consent_replaces_tokens, "A new consent revokes the holder’s earlier refresh tokens"),
        ],
        seconds: &[],
        choices: &[],
    },
    Group {
        title: "The way back",
        switches: &[
            switch!(state_on_errors, "Errors carry the state"),
            switch!(state_plus_becomes_space, "A plus in the state comes back as a space"),
        ],
        seconds: &[],
        choices: &[],
    },
    Group {
        title: "Codes",
        switches: &[
            switch!(code_reuse_revokes, "Using a code twice revokes its tokens"),
            switch!(exchange_needs_redirect_uri, "The exchange must repeat the redirect URI"),
        ],
        seconds: &[seconds!(code_lifetime, "Lifetime of a code")],
        choices: &[],
    },
    Group {
        title: "Token endpoint",
        switches: &[
            switch!(basic, "The Basic header is read form-encoded (RFC 6749), not raw",
                BasicDialect::Raw, BasicDialect::Form),
            switch!(credentials_in_body, "Client credentials in the body are accepted"),
            switch!(error_media_type, "Refusals call themselves JSON",
                ErrorMediaType::AsRecorded, ErrorMediaType::Json),
            switch!(error_shape, "Refusals have the further members of Hydra",
                ErrorShape::Plain, ErrorShape::Hydra),
        ],
        seconds: &[seconds!(token_answer_delay, "Wait before each token answer")],
        choices: &[],
    },
    Group {
        title: "Access tokens",
        switches: &[
            switch!(roles_in_token, "Tokens have the claim roles"),
            switch!(withdrawal_ends_access_tokens, "Withdrawing the consent ends live access tokens"),
        ],
        seconds: &[seconds!(access_token_lifetime, "Lifetime of an access token")],
        choices: &[],
    },
    Group {
        title: "Refresh tokens",
        switches: &[
            switch!(refresh_tokens_issued, "Refresh tokens are issued and rotated"),
            switch!(refresh_reuse_revokes_family, "Using a refresh token twice revokes its successors"),
            switch!(lapsed_licence_is_401, "A lapsed licence is refused with 401 instead of 400"),
        ],
        seconds: &[
            seconds!(refresh_token_lifetime, "Lifetime of a refresh token"),
            seconds!(refresh_grace, "Grace in which a used refresh token still works"),
        ],
        choices: &[],
    },
    Group {
        title: "Service accounts",
        switches: &[
            switch!(client_credentials_offered, "The grant client_credentials is offered"),
            switch!(client_credentials_refusal_is_403, "Its refusals are 403 instead of 400"),
            switch!(client_credentials_drop_scopes, "Scopes outside the consent are dropped silently"),
        ],
        seconds: &[],
        choices: &[],
    },
    Group {
        title: "Afterwards",
        switches: &[
            switch!(database_number_is_text, "DatabaseNumber of the company is text"),
        ],
        seconds: &[],
        choices: &[Choice {
            name: "revocation_ends",
            label: "Revoking a refresh token ends",
            options: &[
                option!(revocation_ends, "token", RevocationEnds::Token, "that token alone"),
                option!(revocation_ends, "grant", RevocationEnds::Grant, "all tokens that came of the same code"),
                option!(revocation_ends, "consent", RevocationEnds::Consent, "the company’s consents"),
            ],
        }],
    },
    Group {
        title: "REST API",
        switches: &[],
        seconds: &[],
        choices: &[Choice {
            name: "token_error",
            label: "A bad token is told",
            options: &[
                token_error!("unauthorized", ApiError::unauthorized, "401 “unauthorized”"),
                token_error!("2000310", ApiError::login_invalid, "2000310, “Ogiltig inloggning”"),
                token_error!("2000311", ApiError::login_missing, "2000311, “Kan inte logga in …”"),
                token_error!("2004054", ApiError::login_invalid_v2, "2004054 (its text is not known)"),
            ],
        }],
    },
];

/// The behaviour that the form asks for: a box that is missing is not ticked.
pub(super) fn read(form: &Params, mut behaviour: Behaviour) -> Result<Behaviour, Unreadable> {
    for group in GROUPS {
        for switch in group.switches {
            (switch.set)(&mut behaviour, form.given(switch.name).is_some());
        }
        for seconds in group.seconds {
            let amount = form
                .get(seconds.name)
                .and_then(|text| text.trim().parse().ok());
            let amount = amount.filter(|amount| *amount <= MOST_SECONDS);
            (seconds.set)(&mut behaviour, amount.ok_or(Unreadable(seconds.label))?);
        }
        for choice in group.choices {
            let name = form.get(choice.name);
            let mut options = choice.options.iter();
            let option = options.find(|option| Some(option.name) == name);
            (option.ok_or(Unreadable(choice.label))?.choose)(&mut behaviour);
        }
    }
    behaviour.grant_only = form.get(GRANT_ONLY).map(Scopes::parse);
    behaviour.callback_issuer = form.get(CALLBACK_ISSUER).map(str::to_owned);
    Ok(behaviour)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The form as the page would send it untouched.
    fn form(behaviour: &Behaviour) -> Vec<(&'static str, String)> {
        let switches = GROUPS.iter().flat_map(|group| group.switches);
        let seconds = GROUPS.iter().flat_map(|group| group.seconds);
        let choices = GROUPS.iter().flat_map(|group| group.choices);
        let chosen = choices.flat_map(|choice| {
            let chosen = choice.options.iter();
            let chosen = chosen.filter(|option| (option.is_chosen)(behaviour));
            chosen.map(|option| (choice.name, option.name.to_owned()))
        });
        let ticked = switches.filter(|switch| (switch.get)(behaviour));
        ticked
            .map(|switch| (switch.name, "on".to_owned()))
            .chain(seconds.map(|seconds| (seconds.name, (seconds.get)(behaviour).to_string())))
            .chain(chosen)
            .collect()
    }

    fn params(fields: &[(&str, String)]) -> Params {
        let query = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(fields)
            .finish();
        Params::of_query(&query)
    }

    #[test]
    fn given_the_form_untouched_when_sent_then_nothing_changes() {
        let behaviour = Behaviour::default();
        let sent = params(&form(&behaviour));
        assert!(read(&sent, behaviour.clone()).is_ok_and(|read| read == behaviour));
    }

    #[test]
    fn given_each_switch_when_turned_then_it_alone_changes_and_turns_back() {
        let default = Behaviour::default();
        for switch in GROUPS.iter().flat_map(|group| group.switches) {
            let mut turned = default.clone();
            (switch.set)(&mut turned, !(switch.get)(&default));
            assert_ne!(turned, default, "{}", switch.name);
            assert_ne!(
                (switch.get)(&turned),
                (switch.get)(&default),
                "{}",
                switch.name
            );
            let read = read(&params(&form(&turned)), default.clone());
            assert!(read.is_ok_and(|read| read == turned), "{}", switch.name);
            (switch.set)(&mut turned, (switch.get)(&default));
            assert_eq!(turned, default, "{}", switch.name);
        }
    }

    #[test]
    fn given_each_option_when_chosen_then_it_alone_holds_and_none_or_another_is_named() {
        let default = Behaviour::default();
        for choice in GROUPS.iter().flat_map(|group| group.choices) {
            for option in choice.options {
                let mut chosen = default.clone();
                (option.choose)(&mut chosen);
                let holding = choice.options.iter();
                let holding: Vec<_> = holding
                    .filter(|option| (option.is_chosen)(&chosen))
                    .map(|option| option.name)
                    .collect();
                assert_eq!(holding, [option.name]);
                assert_eq!(choice.is_same(&chosen, &default), chosen == default);
                let read = read(&params(&form(&chosen)), default.clone());
                assert!(read.is_ok_and(|read| read == chosen), "{}", option.name);
            }
            for wrong in [None, Some("x")] {
                let mut fields = form(&default);
                fields.retain(|(name, _)| *name != choice.name);
                fields.extend(wrong.map(|wrong| (choice.name, wrong.to_owned())));
                let error = read(&params(&fields), default.clone()).err();
                assert_eq!(error.map(|error| error.0), Some(choice.label));
            }
        }
    }

    #[test]
    fn given_a_number_out_of_bounds_when_sent_then_its_field_is_named() {
        for text in ["", "-1", "1.5", "ten", "99999999999999999999", "316224001"] {
            let mut fields = form(&Behaviour::default());
            fields.push(("code_lifetime", text.to_owned()));
            let error = read(&params(&fields), Behaviour::default()).err();
            assert_eq!(
                error.map(|error| error.0),
                Some("Lifetime of a code"),
                "{text}"
            );
        }
        let mut fields = form(&Behaviour::default());
        let ten_years = 10 * 365 * 24 * 3600;
        assert!(ten_years < MOST_SECONDS);
        fields.push(("code_lifetime", MOST_SECONDS.to_string()));
        assert!(read(&params(&fields), Behaviour::default()).is_ok());
    }
}
