//! One named test, or more, for each security line of the design: `s04_…` is
//! line S04. All go through the component in its sandbox, a real host and a
//! real provider or a scripted one.

#[path = "security/authorization_request.rs"]
mod authorization_request;
#[path = "security/callback.rs"]
mod callback;
#[path = "security/canary.rs"]
mod canary;
#[path = "security/company.rs"]
mod company;
#[path = "security/expiry.rs"]
mod expiry;
#[path = "security/registration.rs"]
mod registration;
#[path = "security/removal.rs"]
mod removal;
#[path = "security/token_request.rs"]
mod token_request;
#[path = "security/token_response.rs"]
mod token_response;
