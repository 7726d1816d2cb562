//! One state for all that differ in names alone: hosts are sorted, and tokens
//! renamed. Of a version only counts whether it still is the grant's, which is
//! all that hosts know of it here.

use super::host::Host;
use super::server::Token;
use super::world::{Consent, World};

impl World {
    pub(super) fn canonicalise(&mut self) {
        let mut known: Vec<Token> = self.strays.clone();
        known.extend(self.kept.iter().map(|kept| kept.token));
        known.extend(self.hosts.iter().flat_map(Host::tokens).flatten());
        if let Some(grant) = self.grant {
            known.push(grant.token);
            known.extend(grant.superseded);
        }
        if let Consent::Exchanged(token) | Consent::Kept(token) = self.consent {
            known.push(token);
        }
        known.sort_unstable();
        known.dedup();
        self.server.canonicalise(&known);
        let rename = |token: &mut Token| {
            *token = u8::try_from(known.binary_search(token).unwrap()).unwrap();
        };
        self.strays.iter_mut().for_each(rename);
        self.kept
            .iter_mut()
            .for_each(|kept| rename(&mut kept.token));
        for host in &mut self.hosts {
            host.rename(rename);
        }
        if let Some(grant) = &mut self.grant {
            rename(&mut grant.token);
            grant.superseded.as_mut().map(rename);
        }
        if let Consent::Exchanged(token) | Consent::Kept(token) = &mut self.consent {
            rename(token);
        }
        self.strays.sort_unstable();
        self.kept.sort_unstable();
        self.hosts.sort_unstable();
    }
}
