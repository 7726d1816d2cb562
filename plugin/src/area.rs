//! What a company can choose to transfer, and the scope each choice needs.

use crate::catalogue::{Message, message};

/// One area of Fortnox that a company can choose to transfer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Area {
    /// The customer register.
    Customers,
    /// The project register.
    Projects,
    /// Customer invoices.
    Invoices,
    /// Payments of customer and supplier invoices.
    Payments,
    /// Supplier invoices.
    SupplierInvoices,
}

/// Always asked for: it tells which company a grant is for, under any licence.
/// Source: Fortnox, Scopes.
pub const COMPANY_INFORMATION: &str = "companyinformation";

impl Area {
    /// In the order in which the form shows them.
    pub const ALL: [Area; 5] = [
        Area::Customers,
        Area::Projects,
        Area::Invoices,
        Area::Payments,
        Area::SupplierInvoices,
    ];

    /// The key of the setting.
    pub const fn key(self) -> &'static str {
        match self {
            Area::Customers => "customers",
            Area::Projects => "projects",
            Area::Invoices => "invoices",
            Area::Payments => "payments",
            Area::SupplierInvoices => "supplier-invoices",
        }
    }

    /// Fortnox's scope name. Source: Fortnox, Scopes.
    pub const fn scope(self) -> &'static str {
        match self {
            Area::Customers => "customer",
            Area::Projects => "project",
            Area::Invoices => "invoice",
            Area::Payments => "payment",
            Area::SupplierInvoices => "supplierinvoice",
        }
    }

    /// Chosen before anyone has chosen: what every project system transfers.
    pub const fn initial(self) -> bool {
        matches!(self, Area::Customers | Area::Projects)
    }

    /// What people call it.
    pub const fn label(self) -> &'static Message {
        match self {
            Area::Customers => &message::AREA_CUSTOMERS,
            Area::Projects => &message::AREA_PROJECTS,
            Area::Invoices => &message::AREA_INVOICES,
            Area::Payments => &message::AREA_PAYMENTS,
            Area::SupplierInvoices => &message::AREA_SUPPLIER_INVOICES,
        }
    }

    /// A sentence on what choosing it does.
    pub const fn help(self) -> &'static Message {
        match self {
            Area::Customers => &message::AREA_CUSTOMERS_HELP,
            Area::Projects => &message::AREA_PROJECTS_HELP,
            Area::Invoices => &message::AREA_INVOICES_HELP,
            Area::Payments => &message::AREA_PAYMENTS_HELP,
            Area::SupplierInvoices => &message::AREA_SUPPLIER_INVOICES_HELP,
        }
    }
}
