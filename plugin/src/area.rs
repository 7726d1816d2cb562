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

    /// The area with this key.
    pub fn from_key(key: &str) -> Option<Area> {
        Area::ALL.into_iter().find(|area| area.key() == key)
    }

    /// Its register below the API root. Source: Fortnox, API reference.
    pub const fn register(self) -> &'static str {
        match self {
            Area::Customers => "3/customers",
            Area::Projects => "3/projects",
            Area::Invoices => "3/invoices",
            Area::Payments => "3/invoicepayments",
            Area::SupplierInvoices => "3/supplierinvoices",
        }
    }

    /// The area to which a path below the API root belongs.
    pub fn of_path(path: &str) -> Option<Area> {
        let path = path.trim_start_matches('/');
        let end = path.find(['?', '#']).unwrap_or(path.len());
        let mut segments = path.get(..end)?.split('/').filter(|part| !part.is_empty());
        let register = format!("{}/{}", segments.next()?, segments.next()?);
        match register.to_ascii_lowercase().as_str() {
            // The scope covers both sides.
            "3/supplierinvoicepayments" => Some(Area::Payments),
            register => Area::ALL
                .into_iter()
                .find(|area| area.register() == register),
        }
    }

    /// What Fortnox itself calls it. Source: Fortnox, Developer Portal.
    pub const fn fortnox_name(self) -> &'static str {
        match self {
            Area::Customers => "Kund",
            Area::Projects => "Projekt",
            Area::Invoices => "Faktura",
            Area::Payments => "Betalning",
            Area::SupplierInvoices => "Leverantörsfaktura",
        }
    }

    /// The modules of which any one licenses it. Source: Fortnox, Scopes.
    pub const fn licences(self) -> &'static [&'static str] {
        match self {
            Area::Customers | Area::Invoices => &["Kundfaktura", "Order"],
            Area::Projects | Area::Payments => &["Bokföring", "Order", "Kundfaktura"],
            Area::SupplierInvoices => &["Bokföring"],
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn given_a_path_when_asked_then_it_belongs_to_the_area_of_its_register() {
        for (path, area) in [
            ("3/customers", Some(Area::Customers)),
            ("/3/Customers/12?x=/3/projects", Some(Area::Customers)),
            ("3//projects#3", Some(Area::Projects)),
            ("3/invoices/1/bookkeep", Some(Area::Invoices)),
            ("3/invoicepayments?limit=1", Some(Area::Payments)),
            ("3/supplierinvoicepayments/7", Some(Area::Payments)),
            ("3/supplierinvoices", Some(Area::SupplierInvoices)),
            ("3/suppliers", None),
            ("3", None),
            ("", None),
            ("?3/customers", None),
            ("api/time/3/customers", None),
        ] {
            assert_eq!(Area::of_path(path), area, "{path}");
        }
    }

    #[test]
    fn given_each_area_when_its_key_is_looked_up_then_it_is_found() {
        for area in Area::ALL {
            assert_eq!(Area::from_key(area.key()), Some(area));
            assert_eq!(Area::of_path(area.register()), Some(area));
        }
        assert_eq!(Area::from_key("Customers"), None);
    }
}
