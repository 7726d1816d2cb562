//! Minting and killing: the only code that adds to the book, and it tells the
//! ledger each time.

use crate::book::{AccessToken, Code, Consent, RefreshToken, Standing};
use crate::cast::{Membership, Right, Role, SERVICE_ACCOUNT, TenantId};
use crate::journey::AuthorizationRequest;
use crate::jwt::{self, JwtError, Subject};
use crate::ledger::{Cause, ConsentId, Event, GrantId, Holder, Kind, Origin};
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

/// What tokens are minted for: a code or refresh token that was just spent.
#[derive(Clone, Copy)]
pub(crate) struct Descent<'a> {
    pub(crate) grant: GrantId,
    pub(crate) parent: &'a str,
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
        let consent = self.book.add_consent(Consent {
            client_id: request.client_id.clone(),
            tenant,
            holder: holder.clone(),
            scopes: scopes.clone(),
            withdrawn: false,
        });
        self.record(Event::Consented {
            consent,
            tenant,
            holder,
            scopes,
        });
        let value = self.random.uuid();
        let grant = self.book.new_grant();
        let origin = Origin {
            tenant,
            consent,
            grant: Some(grant),
            parent: None,
        };
        self.minted(Kind::Code, &value, origin);
        let code = Code {
            consent,
            grant,
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
        descent: Option<Descent<'_>>,
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
        let origin = origin(id, consent.tenant, descent);
        self.minted(Kind::AccessToken, &access_token, origin);
        let token = AccessToken {
            consent: id,
            grant: descent.map(|descent| descent.grant),
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

    pub(crate) fn mint_refresh_token(
        &mut self,
        (id, consent): (ConsentId, &Consent),
        descent: Descent<'_>,
    ) -> String {
        let value = self.random.hex40();
        let origin = origin(id, consent.tenant, Some(descent));
        self.minted(Kind::RefreshToken, &value, origin);
        let token = RefreshToken {
            consent: id,
            grant: descent.grant,
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
    pub(crate) fn end_grant(&mut self, grant: GrantId, cause: Cause) {
        self.end_refresh_tokens(cause, |_, token| token.grant == grant);
        self.end_access_tokens(cause, |_, token| token.grant == Some(grant));
    }

    pub(crate) fn end_refresh_tokens(
        &mut self,
        cause: Cause,
        which: impl Fn(&Consent, &RefreshToken) -> bool,
    ) {
        let ended = self.book.end_refresh_tokens(cause, which);
        self.revoked(Kind::RefreshToken, ended, cause);
    }

    pub(crate) fn end_refresh_token(&mut self, value: &str, cause: Cause) {
        if self.book.end_refresh_token(value, cause) {
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

    fn minted(&mut self, kind: Kind, value: &str, origin: Origin) {
        let value = Secret::new(value);
        self.record(Event::Minted {
            kind,
            value,
            origin,
        });
    }

    fn revoked(&mut self, kind: Kind, values: Vec<String>, cause: Cause) {
        for value in values.into_iter().map(Secret::new) {
            self.record(Event::Revoked { kind, value, cause });
        }
    }

    /// The rights of the token's holder within the scopes.
    fn rights(&self, consent: &Consent, scopes: &Scopes) -> Vec<String> {
        let has = |scope: &&str| {
            let right = Right::behind(scope);
            right.is_none_or(|right| self.has_right(consent, right))
        };
        let within = scopes.iter().filter(has);
        jwt::right_names(within, self.behaviour.rights_in_token)
    }

    /// A service account has every right within its scopes (I), and a person who
    /// left the company has none there.
    pub(crate) fn has_right(&self, consent: &Consent, right: Right) -> bool {
        let place = self.membership(consent);
        consent.holder == Holder::ServiceAccount
            || place.is_some_and(|place| place.rights.contains(&right))
    }

    fn roles(&self, consent: &Consent) -> &'static [&'static str] {
        match self.membership(consent).map(|place| place.role) {
            Some(Role::SystemAdministrator) => &["administrator"],
            Some(Role::User) => &["user"],
            Some(Role::Consultant) => &["consultant"],
            None => &[],
        }
    }

    fn membership(&self, consent: &Consent) -> Option<&Membership> {
        let Holder::Person { login, .. } = &consent.holder else {
            return None;
        };
        self.cast.membership(login, consent.tenant)
    }
}

fn origin(consent: ConsentId, tenant: TenantId, descent: Option<Descent<'_>>) -> Origin {
    Origin {
        tenant,
        consent,
        grant: descent.map(|descent| descent.grant),
        parent: descent.map(|descent| Secret::new(descent.parent)),
    }
}
