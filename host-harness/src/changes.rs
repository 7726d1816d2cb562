//! Whose cells have changed, for a keeper that looks at them soon after.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, PoisonError},
};

/// Companies, each once. Clones share them; none is remembered before somebody
/// listens.
#[derive(Clone, Default)]
pub(crate) struct Changes(Arc<Mutex<Option<BTreeSet<String>>>>);

impl Changes {
    /// From now on companies are remembered.
    pub(crate) fn listen(&self) {
        self.with(|changed| {
            changed.get_or_insert_default();
        });
    }

    /// Something of this company has changed.
    pub(crate) fn note(&self, company: &str) {
        self.with(|changed| {
            if let Some(changed) = changed {
                changed.insert(company.to_owned());
            }
        });
    }

    /// Whoever looks at this company now sees it as it is.
    pub(crate) fn seen(&self, company: &str) {
        self.with(|changed| {
            if let Some(changed) = changed {
                changed.remove(company);
            }
        });
    }

    /// All of them, which are then forgotten.
    pub(crate) fn take(&self) -> BTreeSet<String> {
        self.with(|changed| changed.as_mut().map(std::mem::take).unwrap_or_default())
    }

    fn with<T>(&self, change: impl FnOnce(&mut Option<BTreeSet<String>>) -> T) -> T {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn given_somebody_who_listens_when_cells_change_then_each_company_is_told_once() {
        let changes = Changes::default();
        changes.note("a");
        assert!(changes.take().is_empty(), "nobody listened");
        changes.listen();
        for company in ["a", "b", "a", "c"] {
            changes.note(company);
        }
        changes.listen();
        changes.seen("c");
        assert_eq!(Vec::from_iter(changes.take()), ["a", "b"]);
        assert!(changes.take().is_empty());
    }
}
