//! Minting and killing: the only code that adds to the book, and it tells the
//! ledger each time.

use crate::book::{AccessToken, Code, Consent, ConsentId, Family, RefreshToken, Standing};
use crate::cast::{Role, SERVICE_ACCOUNT, TenantId};
use crate::journey::AuthorizationRequest;
use crate::jwt::{self, JwtError, Subject};
use crate::ledger::{Cause, Event, Holder, Kind};
use crate::scope::Scopes;
use crate::secret::Secret;
use crate::state::World;

/// What a successful answer of the token endpoint carries.
pub(crate) struct Issued {
    pub(crate) access_token: String,
    pub(crate) expires_in: u64,
    pub(crate) scopes: Scopes,
    pub(crate) refresh_token: Option<String>,
}

impl World {
    /// Somebody approved: a consent and a code for it.
    pub(crate) fn consent(
        &mut self,
        request: &AuthorizationRequest,
        tenant: TenantId,
        holder: Holder,
    ) -> String {
        let scopes = match &self.behaviour.grant_only {
            Some(only) => request.scopes.within(only),
            None => request.scopes.clone(),
        };
        if self.behaviour.consent_replaces_tokens {
            self.end_refresh_tokens(Cause::Replaced, |consent, _| {
                consent.tenant == tenant && consent.holder == holder
            });
        }
        self.record(Event::Consented {
            tenant,
            holder: holder.clone(),
            scopes: scopes.clone(),
        });
        let consent = self.book.add_consent(Consent {
            client_id: request.client_id.clone(),
            tenant,
            holder,
            scopes,
            withdrawn: false,
        });
        let value = self.random.uuid();
        self.minted(Kind::Code, &value, tenant);
        let code = Code {
            consent,
            family: self.book.new_family(),
            redirect_uri: request.return_to.clone(),
            redirect_uri_given: request.redirect_uri_given,
            challenge: request.challenge.clone(),
            offline: request.offline,
            expires: self.now().saturating_add(self.behaviour.code_lifetime),
            spent: false,
        };
        self.book.codes.insert(value.clone(), code);
        value
    }

    /// An access token with these scopes, which are the consent's or fewer.
    pub(crate) fn mint_access_token(
        &mut self,
        (id, consent): (ConsentId, &Consent),
        family: Option<Family>,
        scopes: Scopes,
    ) -> Result<Issued, JwtError> {
        let issued = self.now();
        let expires_in = self.behaviour.access_token_lifetime;
        let expires = issued.saturating_add(expires_in);
        let subject = Subject {
            user: match &consent.holder {
                Holder::Person { user, .. } => *user,
                Holder::ServiceAccount => SERVICE_ACCOUNT,
            },
            tenant: consent.tenant,
            client_id: &consent.client_id,
            scopes: &scopes,
            rights: self.rights(consent, &scopes),
            roles: self.behaviour.roles_in_token.then(|| self.roles(consent)),
            id: self.random.hex40(),
            issued,
            expires,
        };
        let access_token = jwt::sign(&subject, &self.key)?;
        self.minted(Kind::AccessToken, &access_token, consent.tenant);
        let token = AccessToken {
            consent: id,
            family,
            scopes: scopes.clone(),
            expires,
            revoked: false,
        };
        self.book.access_tokens.insert(access_token.clone(), token);
        Ok(Issued {
            access_token,
            expires_in,
            scopes,
            refresh_token: None,
        })
    }

    pub(crate) fn mint_refresh_token(&mut self, consent: ConsentId, family: Family) -> String {
        let value = self.random.hex40();
        if let Some(tenant) = self.book.consent(consent).map(|consent| consent.tenant) {
            self.minted(Kind::RefreshToken, &value, tenant);
        }
        let token = RefreshToken {
            consent,
            family,
            expires: self
                .now()
                .saturating_add(self.behaviour.refresh_token_lifetime),
            standing: Standing::Live,
        };
        self.book.refresh_tokens.insert(value.clone(), token);
        value
    }

    /// The customer removed the integration: every consent of the company ends.
    pub(crate) fn withdraw(&mut self, tenant: TenantId) {
        self.book.withdraw(tenant);
        self.record(Event::Withdrawn { tenant });
        self.end_refresh_tokens(Cause::Withdrawal, |consent, _| consent.tenant == tenant);
        if self.behaviour.withdrawal_ends_access_tokens {
            self.end_access_tokens(Cause::Withdrawal, |consent, _| consent.tenant == tenant);
        }
    }

    /// Everything that came of one code ends.
    pub(crate) fn end_family(&mut self, family: Family) {
        self.end_refresh_tokens(Cause::Reuse, |_, token| token.family == family);
        self.end_access_tokens(Cause::Reuse, |_, token| token.family == Some(family));
    }

    pub(crate) fn end_refresh_tokens(
        &mut self,
        cause: Cause,
        which: impl Fn(&Consent, &RefreshToken) -> bool,
    ) {
        let ended = self.book.end_refresh_tokens(which);
        self.revoked(Kind::RefreshToken, ended, cause);
    }

    pub(crate) fn end_refresh_token(&mut self, value: &str, cause: Cause) {
        let Some(token) = self.book.refresh_tokens.get_mut(value) else {
            return;
        };
        if std::mem::replace(&mut token.standing, Standing::Revoked) == Standing::Live {
            self.revoked(Kind::RefreshToken, vec![value.to_owned()], cause);
        }
    }

    fn end_access_tokens(&mut self, cause: Cause, which: impl Fn(&Consent, &AccessToken) -> bool) {
        let ended = self.book.end_access_tokens(which);
        self.revoked(Kind::AccessToken, ended, cause);
    }

    pub(crate) fn spent(&mut self, kind: Kind, value: &str) {
        let value = Secret::new(value);
        self.record(Event::Spent { kind, value });
    }

    fn minted(&mut self, kind: Kind, value: &str, tenant: TenantId) {
        let value = Secret::new(value);
        self.record(Event::Minted {
            kind,
            value,
            tenant,
        });
    }

    fn revoked(&mut self, kind: Kind, values: Vec<String>, cause: Cause) {
        for value in values.into_iter().map(Secret::new) {
            self.record(Event::Revoked { kind, value, cause });
        }
    }

    /// A service account and a system administrator have every right within the
    /// scopes; a user has his own.
    fn rights(&self, consent: &Consent, scopes: &Scopes) -> Vec<String> {
        let own = match self.role(consent) {
            Some(Role::User(registers)) => Some(registers),
            _ => None,
        };
        let within = scopes
            .iter()
            .filter(|scope| own.is_none_or(|rights| rights.contains(*scope)));
        jwt::right_names(within, self.behaviour.rights_in_token)
    }

    fn roles(&self, consent: &Consent) -> &'static [&'static str] {
        match self.role(consent) {
            Some(Role::SystemAdministrator) => &["administrator"],
            Some(Role::User(_)) => &["user"],
            Some(Role::Consultant) => &["consultant"],
            None => &[],
        }
    }

    fn role(&self, consent: &Consent) -> Option<&Role> {
        let Holder::Person { login, .. } = &consent.holder else {
            return None;
        };
        let membership = self.cast.person(login)?.membership(consent.tenant)?;
        Some(&membership.role)
    }
}
