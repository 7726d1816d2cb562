//! The registers: their names, fields and texts (Fortnox: Customers, Projects,
//! Invoices, Invoice Payments, Suppliers, Supplier Invoices). Fields are those
//! that a project system writes.

use crate::cast::Right;

/// What distinguishes one register from the others.
pub(crate) struct Register {
    /// The right to it, which tells its scope and path too.
    pub(super) right: Right,
    /// The member that holds one record.
    pub(super) one: &'static str,
    /// The member that holds a list.
    pub(super) many: &'static str,
    /// The field that numbers a record.
    pub(super) number: &'static str,
    /// The field that a record cannot do without.
    pub(super) required: &'static str,
    /// The other fields.
    pub(super) fields: &'static [&'static str],
    /// The fields that a list shows, besides the number.
    pub(super) listed: &'static [&'static str],
    /// What a field holds unless something else is written; the rest is null.
    pub(super) preset: Option<(&'static str, &'static str)>,
    /// The one field that takes only certain values.
    pub(super) choice: Option<(&'static str, &'static [&'static str])>,
    /// Code and text where a record is not found.
    pub(super) not_found: (u32, &'static str),
    /// Code, and the number's name in the text, where it is taken.
    pub(super) taken: (u32, &'static str),
}

/// All of them.
pub(super) static REGISTERS: [&Register; 6] = [
    &CUSTOMERS,
    &PROJECTS,
    &INVOICES,
    &INVOICE_PAYMENTS,
    &SUPPLIERS,
    &SUPPLIER_INVOICES,
];

/// `/3/customers`. `OrganisationNumber` is spelt so here (R).
static CUSTOMERS: Register = Register {
    right: Right::Customers,
    one: "Customer",
    many: "Customers",
    number: "CustomerNumber",
    required: "Name",
    fields: &[
        "Address1",
        "Address2",
        "City",
        "Comments",
        "CountryCode",
        "Currency",
        "Email",
        "EmailInvoice",
        "OrganisationNumber",
        "OurReference",
        "Phone1",
        "Phone2",
        "Type",
        "VATNumber",
        "WWW",
        "YourReference",
        "ZipCode",
    ],
    listed: &[
        "Name",
        "OrganisationNumber",
        "Address1",
        "Address2",
        "City",
        "ZipCode",
        "Email",
    ],
    preset: None,
    choice: None,
    not_found: (2_000_433, "Kan inte hitta kunden."),
    taken: (2_000_637, "Kundnummer"),
};

/// `/3/projects`. That a new one is `ONGOING`, and the code of a taken number,
/// are made up (?).
static PROJECTS: Register = Register {
    right: Right::Projects,
    one: "Project",
    many: "Projects",
    number: "ProjectNumber",
    required: "Description",
    fields: &[
        "Comments",
        "ContactPerson",
        "EndDate",
        "ProjectLeader",
        "StartDate",
        "Status",
    ],
    listed: &[
        "Description",
        "StartDate",
        "EndDate",
        "ProjectLeader",
        "Status",
    ],
    preset: Some(("Status", "ONGOING")),
    choice: Some(("Status", &["NOTSTARTED", "ONGOING", "COMPLETED"])),
    not_found: (2_001_161, "Kan inte hitta projektet."),
    taken: (2_000_588, "Projektnummer"),
};

/// `/3/invoices`. Rows are left out; the code of a taken number is made up (?).
static INVOICES: Register = Register {
    right: Right::Invoices,
    one: "Invoice",
    many: "Invoices",
    number: "DocumentNumber",
    required: "CustomerNumber",
    fields: &[
        "Comments",
        "Currency",
        "CustomerName",
        "DueDate",
        "InvoiceDate",
        "OurReference",
        "Project",
        "Total",
        "YourReference",
    ],
    listed: &[
        "CustomerNumber",
        "CustomerName",
        "InvoiceDate",
        "DueDate",
        "Currency",
        "Project",
        "Total",
    ],
    preset: Some(("Currency", "SEK")),
    choice: None,
    not_found: (2_000_434, "Kan inte hitta fakturan."),
    taken: (2_000_588, "Fakturanummer"),
};

/// `/3/invoicepayments`. Code and text of a missing payment, and the code of a
/// taken number, are made up (?).
static INVOICE_PAYMENTS: Register = Register {
    right: Right::InvoicePayments,
    one: "InvoicePayment",
    many: "InvoicePayments",
    number: "Number",
    required: "InvoiceNumber",
    fields: &["Amount", "Currency", "ModeOfPayment", "PaymentDate"],
    listed: &["InvoiceNumber", "Amount", "Currency", "PaymentDate"],
    preset: Some(("Currency", "SEK")),
    choice: None,
    not_found: (2_000_435, "Kan inte hitta inbetalningen."),
    taken: (2_000_588, "Betalningsnummer"),
};

/// `/3/suppliers`. Code and text of a missing supplier, and the code of a taken
/// number, are made up (?).
static SUPPLIERS: Register = Register {
    right: Right::Suppliers,
    one: "Supplier",
    many: "Suppliers",
    number: "SupplierNumber",
    required: "Name",
    fields: &[
        "Address1",
        "City",
        "Email",
        "OrganisationNumber",
        "Phone1",
        "ZipCode",
    ],
    listed: &["Name", "OrganisationNumber", "City", "Email"],
    preset: None,
    choice: None,
    not_found: (2_000_432, "Kan inte hitta leverantören."),
    taken: (2_000_588, "Leverantörsnummer"),
};

/// `/3/supplierinvoices`. Code and text of a missing invoice are weakly known
/// (S), and the code of a taken number is made up (?).
static SUPPLIER_INVOICES: Register = Register {
    right: Right::SupplierInvoices,
    one: "SupplierInvoice",
    many: "SupplierInvoices",
    number: "GivenNumber",
    required: "SupplierNumber",
    fields: &[
        "Comments",
        "Currency",
        "DueDate",
        "InvoiceDate",
        "InvoiceNumber",
        "Project",
        "SupplierName",
        "Total",
    ],
    listed: &[
        "SupplierNumber",
        "SupplierName",
        "InvoiceNumber",
        "InvoiceDate",
        "DueDate",
        "Currency",
        "Total",
    ],
    preset: Some(("Currency", "SEK")),
    choice: None,
    not_found: (2_000_422, "Kan inte hitta leverantörsfakturan."),
    taken: (2_000_588, "Löpnummer"),
};

impl Register {
    /// Whether a record may have this field.
    pub(super) fn has(&self, field: &str) -> bool {
        field == self.number || field == self.required || self.fields.contains(&field)
    }
}
