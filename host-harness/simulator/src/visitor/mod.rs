//! A browser without scripts, for tests and walks: it keeps cookies, reads the
//! forms of the simulator's pages and fills them in over real HTTP.
//!
//! It dials loopback addresses over plain HTTP and nothing else, and follows no
//! redirect out of the simulator: where the client's address comes up, the
//! journey is at its end and the caller takes over.

mod cookies;
mod form;

use std::net::IpAddr;
use std::sync::Arc;

use http::header::{COOKIE, LOCATION, SET_COOKIE};
use http::{HeaderMap, StatusCode};
use reqwest::RequestBuilder;
use url::{Host, Url};

use crate::cast::TenantId;
use cookies::Cookies;
use form::Form;

/// More than any journey has, so that one in circles ends.
const MOST_PAGES: usize = 12;

/// The pages of a journey, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Page {
    /// The login.
    Login,
    /// The agency's login, which only consultants see.
    Agency,
    /// The company picker, which only those with several companies see.
    Company,
    /// The consent.
    Consent,
}

impl Page {
    fn of(form: &Form) -> Option<Self> {
        match form.id.as_deref() {
            Some("login") => Some(Self::Login),
            Some("agency") => Some(Self::Agency),
            Some("company") => Some(Self::Company),
            Some("consent") => Some(Self::Consent),
            _ => None,
        }
    }
}

/// What the visitor does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Presses "Godkänn & aktivera".
    Approve,
    /// Presses "Avbryt".
    Cancel,
    /// Closes the window at this page.
    CloseAt(Page),
}

/// How a journey ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ending {
    /// The browser was sent out of the simulator, to this address, which was not
    /// dialled.
    Returned(Url),
    /// A page that leads nowhere: an error, or a login nobody has.
    Page {
        /// Its status.
        status: StatusCode,
        /// Its HTML.
        body: String,
    },
    /// The window was closed as decided.
    Closed,
}

/// An answer as it came, with redirects not followed.
#[derive(Clone, Debug)]
pub struct Reply {
    /// The address that answered.
    pub url: Url,
    /// HTTP status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body, which must be UTF-8.
    pub body: String,
}

impl Reply {
    /// Where a redirect leads, relative addresses resolved.
    pub fn location(&self) -> Option<Url> {
        let location = self.headers.get(LOCATION)?.to_str().ok()?;
        self.status
            .is_redirection()
            .then(|| self.url.join(location).ok())?
    }
}

/// The visitor could not go on.
#[derive(Debug, thiserror::Error)]
pub enum VisitError {
    /// Only `http` to a loopback address is dialled.
    #[error("{0} is not an address on this machine")]
    NotLoopback(Url),
    /// The HTTP client could not be made, or the exchange failed.
    #[error("the exchange failed")]
    Http(#[from] reqwest::Error),
    /// TLS, which is never used, could not be set up.
    #[error("the HTTP client could not be set up")]
    Tls(#[from] rustls::Error),
    /// The person does not reach the company.
    #[error("company {0} is not on offer")]
    NotOffered(TenantId),
    /// The journey went on past the page at which the window was to be closed.
    #[error("the page {0:?} did not appear")]
    NotShown(Page),
    /// The page has no such button or field.
    #[error("the page {page:?} lacks the field {field}")]
    FieldMissing {
        /// The page.
        page: Page,
        /// The field's name.
        field: &'static str,
    },
    /// The pages go round in circles.
    #[error("the journey does not end")]
    Endless,
}

/// A browser of one person. Cookies last as long as it does.
#[derive(Debug)]
pub struct Visitor {
    http: reqwest::Client,
    cookies: Cookies,
}

impl Visitor {
    /// A browser without cookies.
    ///
    /// # Errors
    ///
    /// When the HTTP client cannot be made.
    pub fn new() -> Result<Self, VisitError> {
        // The client wants a TLS set-up although nothing here is TLS; with no
        // root certificates it could not be used by mistake either.
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let tls = rustls::ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_root_certificates(rustls::RootCertStore::empty())
            .with_no_client_auth();
        let http = reqwest::Client::builder()
            .tls_backend_preconfigured(tls)
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .no_proxy()
            .build()?;
        Ok(Self {
            http,
            cookies: Cookies::default(),
        })
    }

    /// Fetches one address.
    ///
    /// # Errors
    ///
    /// When the address is not on this machine, or nothing answers.
    pub async fn get(&mut self, url: &Url) -> Result<Reply, VisitError> {
        self.send(url, self.http.get(url.clone())).await
    }

    /// Posts a form to one address.
    ///
    /// # Errors
    ///
    /// As for [`Visitor::get`].
    pub async fn post(&mut self, url: &Url, fields: &[(&str, &str)]) -> Result<Reply, VisitError> {
        let body = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(fields)
            .finish();
        let request = self
            .http
            .post(url.clone())
            .header(
                http::header::CONTENT_TYPE,
                "application/x-www-form-urlencoded",
            )
            .body(body);
        self.send(url, request).await
    }

    /// Goes from an authorization URL through the pages to the end.
    ///
    /// # Errors
    ///
    /// See [`VisitError`]; an error page is an [`Ending`], not an error.
    pub async fn journey(
        &mut self,
        authorize: &Url,
        login: &str,
        company: TenantId,
        decision: Decision,
    ) -> Result<Ending, VisitError> {
        let home = authorize.origin();
        let back = authorize
            .query_pairs()
            .find(|(name, _)| name == "redirect_uri");
        let back = back.and_then(|(_, uri)| Url::parse(&uri).ok());
        let is_outside = |url: &Url| {
            let is_back = back
                .as_ref()
                .is_some_and(|back| (url.origin(), url.path()) == (back.origin(), back.path()));
            is_back || url.origin() != home
        };
        let mut shown: Option<Page> = None;
        let mut reply = self.get(authorize).await?;
        for _ in 0..MOST_PAGES {
            while let Some(location) = reply.location() {
                if is_outside(&location) {
                    return Ok(Ending::Returned(location));
                }
                reply = self.get(&location).await?;
            }
            let form = Form::read(&reply.body);
            let page = form.as_ref().and_then(Page::of);
            let (Some(form), Some(page)) = (form, page) else {
                return Ok(ended_at(reply));
            };
            if shown.is_some_and(|before| before >= page) {
                return Ok(ended_at(reply));
            }
            if let Decision::CloseAt(at) = decision {
                if page == at {
                    return Ok(Ending::Closed);
                }
                if page > at {
                    return Err(VisitError::NotShown(at));
                }
            }
            shown = Some(page);
            let fields = fill(&form, page, login, company, decision)?;
            let fields: Vec<_> = fields
                .iter()
                .map(|(n, v)| (n.as_str(), v.as_str()))
                .collect();
            let target = form.target(&reply.url);
            reply = self.post(&target, &fields).await?;
        }
        Err(VisitError::Endless)
    }

    async fn send(&mut self, url: &Url, request: RequestBuilder) -> Result<Reply, VisitError> {
        if !is_loopback(url) {
            return Err(VisitError::NotLoopback(url.clone()));
        }
        let request = match self.cookies.header(url) {
            Some(cookies) => request.header(COOKIE, cookies),
            None => request,
        };
        let response = request.send().await?;
        let (status, headers) = (response.status(), response.headers().clone());
        for line in headers.get_all(SET_COOKIE) {
            self.cookies.store(url, line);
        }
        Ok(Reply {
            url: url.clone(),
            status,
            headers,
            body: response.text().await?,
        })
    }
}

fn ended_at(reply: Reply) -> Ending {
    Ending::Page {
        status: reply.status,
        body: reply.body,
    }
}

/// The form's fields as this visitor sends them.
fn fill(
    form: &Form,
    page: Page,
    login: &str,
    company: TenantId,
    decision: Decision,
) -> Result<Vec<(String, String)>, VisitError> {
    let missing = |field| VisitError::FieldMissing { page, field };
    let own = match page {
        Page::Agency => None,
        Page::Login => {
            let offered = form.has_input("login");
            Some((
                "login",
                offered.then(|| login.to_owned()).ok_or(missing("login"))?,
            ))
        }
        Page::Company => {
            let value = company.to_string();
            let offered = form.offers("company", &value);
            Some((
                "company",
                offered
                    .then_some(value)
                    .ok_or(VisitError::NotOffered(company))?,
            ))
        }
        // Whoever has one company was not asked which.
        Page::Consent if !form.offers("company", &company.to_string()) => {
            return Err(VisitError::NotOffered(company));
        }
        Page::Consent => {
            let value = match decision {
                Decision::Approve => "approve",
                Decision::Cancel | Decision::CloseAt(_) => "cancel",
            };
            let offered = form.offers("decision", value);
            Some((
                "decision",
                offered
                    .then(|| value.to_owned())
                    .ok_or(missing("decision"))?,
            ))
        }
    };
    let mut fields = form.hidden();
    fields.extend(own.map(|(name, value)| (name.to_owned(), value)));
    Ok(fields)
}

fn is_loopback(url: &Url) -> bool {
    let address = match url.host() {
        Some(Host::Ipv4(address)) => IpAddr::from(address),
        Some(Host::Ipv6(address)) => IpAddr::from(address),
        _ => return false,
    };
    url.scheme() == "http" && address.is_loopback()
}
