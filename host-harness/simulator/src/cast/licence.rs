//! What a company buys.

/// A licence, under Fortnox's own names without diacritics (Fortnox: Scopes).
/// All but "Integration" are modules.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs)]
pub enum Licence {
    Anlaggning,
    Arkivplats,
    Bokforing,
    /// Nothing is integrated without it.
    Integration,
    Kundfaktura,
    Lon,
    Order,
    Tidredovisning,
}

impl Licence {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Anlaggning,
        Self::Arkivplats,
        Self::Bokforing,
        Self::Integration,
        Self::Kundfaktura,
        Self::Lon,
        Self::Order,
        Self::Tidredovisning,
    ];

    /// What people read.
    pub fn name(self) -> &'static str {
        match self {
            Self::Anlaggning => "Anläggning",
            Self::Arkivplats => "Arkivplats",
            Self::Bokforing => "Bokföring",
            Self::Integration => "Integration",
            Self::Kundfaktura => "Kundfaktura",
            Self::Lon => "Lön",
            Self::Order => "Order",
            Self::Tidredovisning => "Tidredovisning",
        }
    }
}
