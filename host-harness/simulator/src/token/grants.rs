//! The three grants: authorization code, refresh token, client credentials.
//!
//! A grant that is refused spends nothing.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

use super::NotIssued;
use crate::book::{Code, Consent, Standing};
use crate::cast::TenantId;
use crate::eligibility::licence_refusal;
use crate::issue::{Descent, Issued};
use crate::ledger::{Cause, ConsentId, Holder, Kind, Why};
use crate::params::Params;
use crate::refusal::Refusal;
use crate::scope::Scopes;
use crate::state::World;

impl World {
    /// RFC 6749 section 4.1.3.
    pub(super) fn exchange_code(&mut self, form: &Params) -> Result<Issued, NotIssued> {
        let value = form.get("code").ok_or(Refusal::CodeMissing)?;
        let code = self
            .book
            .codes
            .get(value)
            .cloned()
            .ok_or(NotIssued::dead(Refusal::CodeInvalid, Why::Unknown))?;
        let consent = self.own_consent(code.consent).ok_or(Refusal::CodeInvalid)?;
        if code.spent {
            if self.behaviour.code_reuse_revokes {
                self.end_grant(code.grant, Cause::Reuse);
            }
            return Err(NotIssued::dead(Refusal::CodeInvalid, Why::Spent));
        }
        self.check_redirect_uri(&code, form.get("redirect_uri"))?;
        if self.now() >= code.expires {
            return Err(Refusal::CodeExpired.into());
        }
        if self.behaviour.pkce_enforced && !fits(&code, form.get("code_verifier")) {
            return Err(Refusal::VerifierMismatch.into());
        }
        if consent.withdrawn {
            let why = Why::Revoked(Cause::Withdrawal);
            return Err(NotIssued::dead(Refusal::CodeInvalid, why));
        }
        if let Some(spent) = self.book.codes.get_mut(value) {
            spent.spent = true;
        }
        self.spent(Kind::Code, value);
        let scopes = consent.scopes.clone();
        let descent = Descent {
            grant: code.grant,
            parent: value,
        };
        let given = (code.consent, &consent);
        let mut issued = self.mint_access_token(given, Some(descent), scopes)?;
        let offline = code.offline || !self.behaviour.refresh_token_needs_offline;
        if self.behaviour.refresh_tokens_issued && offline {
            issued.refresh_token = Some(self.mint_refresh_token(given, descent));
        }
        Ok(issued)
    }

    /// RFC 6749 section 6, with rotation.
    pub(super) fn refresh(&mut self, form: &Params) -> Result<Issued, NotIssued> {
        let value = form
            .get("refresh_token")
            .ok_or(Refusal::RefreshTokenMissing)?;
        let found = self.book.refresh_tokens.get(value).cloned();
        let dead = |why| NotIssued::dead(Refusal::RefreshTokenInvalid, why);
        let token = found.ok_or(dead(Why::Unknown))?;
        let consent = self
            .own_consent(token.consent)
            .ok_or(Refusal::RefreshTokenForeign)?;
        let now = self.now();
        match token.standing {
            Standing::Live => {}
            Standing::Spent { at } if now < at.saturating_add(self.behaviour.refresh_grace) => {}
            Standing::Spent { .. } => {
                if self.behaviour.refresh_reuse_revokes_family {
                    self.end_grant(token.grant, Cause::Reuse);
                }
                return Err(dead(Why::Spent));
            }
            Standing::Revoked { cause } => return Err(dead(Why::Revoked(cause))),
        }
        if !self.still_there(&consent) {
            return Err(dead(Why::HolderLeft));
        }
        if now >= token.expires {
            return Err(Refusal::RefreshTokenExpired.into());
        }
        self.check_licences(&consent)?;
        let scopes = narrowed(form, &consent).ok_or(Refusal::ScopeWidened)?;
        self.spent(Kind::RefreshToken, value);
        let rotates = self.behaviour.refresh_tokens_issued;
        if let Some(spent) = self.book.refresh_tokens.get_mut(value).filter(|_| rotates) {
            spent.standing = Standing::Spent { at: now };
        }
        let descent = Descent {
            grant: token.grant,
            parent: value,
        };
        let given = (token.consent, &consent);
        let mut issued = self.mint_access_token(given, Some(descent), scopes)?;
        if rotates {
            issued.refresh_token = Some(self.mint_refresh_token(given, descent));
        }
        Ok(issued)
    }

    /// RFC 6749 section 4.4 with Fortnox's `TenantId` header.
    pub(super) fn client_credentials(
        &mut self,
        form: &Params,
        tenant: Option<&str>,
    ) -> Result<Issued, NotIssued> {
        let tenant = tenant
            .and_then(|text| text.trim().parse().ok())
            .map(TenantId);
        let tenant = tenant.ok_or(Refusal::TenantIdMissing)?;
        let id = self.book.service_consent(&self.app.client_id, tenant);
        let id = id.ok_or(Refusal::ConsentMissing)?;
        let consent = self.own_consent(id).ok_or(Refusal::ConsentMissing)?;
        self.check_licences(&consent)?;
        let scopes = match narrowed(form, &consent) {
            Some(scopes) => scopes,
            None if self.behaviour.client_credentials_drop_scopes => {
                requested(form).within(&consent.scopes)
            }
            None => return Err(Refusal::ScopeOutsideConsent.into()),
        };
        Ok(self.mint_access_token((id, &consent), None, scopes)?)
    }

    /// The consent, if it was given to the client that is asking.
    fn own_consent(&self, id: ConsentId) -> Option<Consent> {
        let consent = self.book.consent(id)?;
        (consent.client_id == self.app.client_id).then(|| consent.clone())
    }

    fn check_redirect_uri(&self, code: &Code, given: Option<&str>) -> Result<(), Refusal> {
        let needed = code.redirect_uri_given || self.behaviour.exchange_needs_redirect_uri;
        let matches = match given {
            Some(given) => given == code.redirect_uri,
            None => !needed,
        };
        matches.then_some(()).ok_or(Refusal::RedirectUriMismatch)
    }

    fn check_licences(&self, consent: &Consent) -> Result<(), Refusal> {
        let Consent {
            tenant,
            holder,
            scopes,
            ..
        } = consent;
        licence_refusal(&self.cast, &self.behaviour, *tenant, holder, scopes).map_or(Ok(()), Err)
    }

    /// A user's grant dies with the user's place in the company.
    fn still_there(&self, consent: &Consent) -> bool {
        match &consent.holder {
            Holder::ServiceAccount => true,
            Holder::Person { login, .. } => self
                .cast
                .person(login)
                .is_some_and(|person| person.membership(consent.tenant).is_some()),
        }
    }
}

fn requested(form: &Params) -> Scopes {
    Scopes::parse(form.get("scope").unwrap_or_default())
}

/// The consent's scopes, or those asked for if they are among them.
fn narrowed(form: &Params, consent: &Consent) -> Option<Scopes> {
    let requested = requested(form);
    if requested.is_empty() {
        return Some(consent.scopes.clone());
    }
    requested.is_subset(&consent.scopes).then_some(requested)
}

/// S256 (RFC 7636 section 4.6).
fn fits(code: &Code, verifier: Option<&str>) -> bool {
    let digest = verifier.map(|text| URL_SAFE_NO_PAD.encode(Sha256::digest(text)));
    digest.is_some() && digest == code.challenge
}
