//! What a person may use.

use serde::{Deserialize, Serialize};

/// The right (behörighet) to a register, which a person has in one company and
/// may lack in another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Right {
    /// `/3/customers`.
    Customers,
    /// `/3/projects`.
    Projects,
    /// `/3/invoices`.
    Invoices,
    /// `/3/invoicepayments`.
    InvoicePayments,
    /// `/3/suppliers`.
    Suppliers,
    /// `/3/supplierinvoices`.
    SupplierInvoices,
}

impl Right {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Customers,
        Self::Projects,
        Self::Invoices,
        Self::InvoicePayments,
        Self::Suppliers,
        Self::SupplierInvoices,
    ];

    /// The scope that a token needs for the register (Fortnox: Scopes).
    pub fn scope(self) -> &'static str {
        match self {
            Self::Customers => "customer",
            Self::Projects => "project",
            Self::Invoices => "invoice",
            Self::InvoicePayments => "payment",
            Self::Suppliers => "supplier",
            Self::SupplierInvoices => "supplierinvoice",
        }
    }

    /// Where the register is.
    pub fn path(self) -> &'static str {
        match self {
            Self::Customers => "/3/customers",
            Self::Projects => "/3/projects",
            Self::Invoices => "/3/invoices",
            Self::InvoicePayments => "/3/invoicepayments",
            Self::Suppliers => "/3/suppliers",
            Self::SupplierInvoices => "/3/supplierinvoices",
        }
    }

    /// The right that a scope is no use without, if there is one.
    pub(crate) fn behind(scope: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|right| right.scope() == scope)
    }
}
