//! The two registers: their names, fields and texts (Fortnox: Customers,
//! Projects). Fields are those that a project system writes.

use crate::behaviour::{Rest, RightError};

/// What distinguishes one register from the other.
pub(crate) struct Register {
    /// The scope that opens it, which also names the right to it.
    pub(super) scope: &'static str,
    /// Its path below `/3/`.
    pub(super) path: &'static str,
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
    /// What a person without right to it is told.
    pub(super) right_error: fn(&Rest) -> &RightError,
}

/// `/3/customers`. `OrganisationNumber` is spelt so here (R).
pub(super) static CUSTOMERS: Register = Register {
    scope: "customer",
    path: "customers",
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
    right_error: |rest| &rest.customer_right_error,
};

/// `/3/projects`. That a new one is `ONGOING`, and the code of a taken number,
/// are made up (?).
pub(super) static PROJECTS: Register = Register {
    scope: "project",
    path: "projects",
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
    right_error: |rest| &rest.project_right_error,
};

impl Register {
    /// Whether a record may have this field.
    pub(super) fn has(&self, field: &str) -> bool {
        field == self.number || field == self.required || self.fields.contains(&field)
    }
}
