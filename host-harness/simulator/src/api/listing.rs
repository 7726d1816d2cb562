//! One page of a list: `page`, `limit` and `MetaInformation` (Fortnox: Pagination).

use serde_json::Value;

use super::record::Record;
use super::refusal::ApiRefusal;
use super::register::Register;
use crate::answer::Members;
use crate::params::Params;

/// D: 1 to 500, 100 unless asked for.
const MOST: usize = 500;
const USUAL: usize = 100;

/// Which part of a list is asked for. Both count from 1.
pub(super) struct Page {
    number: usize,
    limit: usize,
}

impl Page {
    /// Reads the query. Numbers that make no sense are refused (D: 2000588; ?: that
    /// these are).
    pub(super) fn read(query: &Params) -> Result<Self, ApiRefusal> {
        let whole = |name, usual| match query.get(name) {
            None => Ok(usual),
            Some(text) => text.parse().map_err(|_| ApiRefusal::Parameter),
        };
        let (number, limit) = (whole("page", 1)?, whole("limit", USUAL)?);
        let fits = number >= 1 && (1..=MOST).contains(&limit);
        fits.then_some(Self { number, limit })
            .ok_or(ApiRefusal::Parameter)
    }

    /// The envelope. A page beyond the last is empty (?).
    pub(super) fn of(&self, register: &Register, all: &[Record]) -> Members {
        let skipped = (self.number - 1).saturating_mul(self.limit);
        let listed = all.iter().skip(skipped).take(self.limit);
        let listed: Vec<Value> = listed.map(|record| record.listed(register)).collect();
        let mut meta = Members::new();
        meta.set("@TotalResources", all.len());
        meta.set("@TotalPages", all.len().div_ceil(self.limit));
        meta.set("@CurrentPage", self.number);
        let mut members = Members::new();
        members.set("MetaInformation", meta);
        members.set(register.many, listed);
        members
    }
}
