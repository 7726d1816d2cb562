//! What a checker asks the ledger after a run.

use std::collections::BTreeSet;

use super::{ApiRequest, Event, GrantId, Kind, Ledger, Origin, TokenRequest};
use crate::secret::Secret;

impl Ledger {
    /// Values of this kind that were minted, oldest first.
    pub fn minted(&self, kind: Kind) -> Vec<Secret> {
        self.values(|event| match event {
            Event::Minted {
                kind: found, value, ..
            } if *found == kind => Some(value),
            _ => None,
        })
    }

    /// Values of this kind that were spent, once for each time.
    pub fn spent(&self, kind: Kind) -> Vec<Secret> {
        self.values(|event| match event {
            Event::Spent { kind: found, value } if *found == kind => Some(value),
            _ => None,
        })
    }

    /// Values of this kind that were revoked, oldest first.
    pub fn revoked(&self, kind: Kind) -> Vec<Secret> {
        self.values(|event| match event {
            Event::Revoked {
                kind: found, value, ..
            } if *found == kind => Some(value),
            _ => None,
        })
    }

    /// Requests to the REST API, oldest first.
    pub fn api_requests(&self) -> Vec<&ApiRequest> {
        let requests = self.entries.iter().filter_map(|entry| match &entry.event {
            Event::ApiRequest(request) => Some(request),
            _ => None,
        });
        requests.collect()
    }

    /// Requests to the token endpoint, oldest first.
    pub fn token_requests(&self) -> Vec<&TokenRequest> {
        let requests = self.entries.iter().filter_map(|entry| match &entry.event {
            Event::TokenRequest(request) => Some(request),
            _ => None,
        });
        requests.collect()
    }

    /// Values of this kind that were delivered, in the order of their delivery.
    pub fn delivered(&self, kind: Kind) -> Vec<Secret> {
        self.values(|event| match event {
            Event::Delivered { kind: found, value } if *found == kind => Some(value),
            _ => None,
        })
    }

    /// Where a code or token comes from; none for a value that was never minted.
    pub fn origin(&self, value: &Secret) -> Option<&Origin> {
        self.origins()
            .find(|(_, minted, _)| *minted == value)
            .map(|(_, _, origin)| origin)
    }

    /// The refresh tokens of a grant, in the order of their minting.
    pub fn refresh_tokens(&self, grant: GrantId) -> Vec<Secret> {
        self.origins()
            .filter(|(kind, _, origin)| *kind == Kind::RefreshToken && origin.grant == Some(grant))
            .map(|(_, value, _)| value.clone())
            .collect()
    }

    /// The refresh tokens that were minted for this code or refresh token, in the
    /// order of their minting: more than one where a race forked the grant.
    pub fn successors(&self, parent: &Secret) -> Vec<Secret> {
        self.origins()
            .filter(|(kind, _, origin)| {
                *kind == Kind::RefreshToken && origin.parent.as_ref() == Some(parent)
            })
            .map(|(_, value, _)| value.clone())
            .collect()
    }

    /// The refresh token of the grant that was delivered last.
    pub fn newest_delivered(&self, grant: GrantId) -> Option<Secret> {
        let of_grant = self.refresh_tokens(grant);
        let mut delivered = self.delivered(Kind::RefreshToken).into_iter().rev();
        delivered.find(|value| of_grant.contains(value))
    }

    /// The refresh tokens of the grant that were minted and never delivered.
    pub fn undelivered(&self, grant: GrantId) -> Vec<Secret> {
        let delivered = self.delivered(Kind::RefreshToken);
        let mut minted = self.refresh_tokens(grant);
        minted.retain(|value| !delivered.contains(value));
        minted
    }

    /// How often a code or refresh token bought new tokens.
    pub fn times_spent(&self, value: &Secret) -> usize {
        let of =
            |event: &Event| matches!(event, Event::Spent { value: spent, .. } if spent == value);
        self.entries.iter().filter(|entry| of(&entry.event)).count()
    }

    /// How often a code or refresh token was sent to the token endpoint, whatever
    /// came of it.
    pub fn times_presented(&self, value: &Secret) -> usize {
        let requests = self.token_requests().into_iter();
        requests
            .filter(|request| request.presented.as_ref() == Some(value))
            .count()
    }

    /// Requests that presented a code or refresh token which an earlier request
    /// had spent, oldest first. Their outcome says whether the server let it pass.
    pub fn reuses(&self) -> Vec<&TokenRequest> {
        let mut spent = BTreeSet::new();
        // A spend is written down before the request that it belongs to.
        let mut by_this_request = Vec::new();
        let mut reuses = Vec::new();
        for entry in &self.entries {
            match &entry.event {
                Event::Spent { value, .. } => by_this_request.push(value),
                Event::TokenRequest(request) => {
                    if request
                        .presented
                        .as_ref()
                        .is_some_and(|it| spent.contains(it))
                    {
                        reuses.push(request);
                    }
                    spent.extend(by_this_request.drain(..));
                }
                _ => {}
            }
        }
        reuses
    }

    fn origins(&self) -> impl Iterator<Item = (Kind, &Secret, &Origin)> {
        self.entries.iter().filter_map(|entry| match &entry.event {
            Event::Minted {
                kind,
                value,
                origin,
            } => Some((*kind, value, origin)),
            _ => None,
        })
    }

    fn values(&self, pick: impl Fn(&Event) -> Option<&Secret>) -> Vec<Secret> {
        self.entries
            .iter()
            .filter_map(|entry| pick(&entry.event))
            .cloned()
            .collect()
    }
}
