//! What stands around every page: title, header, language, footer.

use super::assets;
use super::guest::Guest;
use super::locale::Locale;
use super::people::Person;
use super::place::Place;
use super::session::Who;
use super::site::Site;
use super::time::{self, Moment};
use super::visit::Visit;

/// The frame of one page. Templates take all words from here.
pub struct Frame<'a> {
    site: &'a Site,
    visit: &'a Visit,
    /// The page that the language switch returns to.
    here: Place,
    page: String,
    /// Where the language switch is sent.
    switch: String,
}

impl<'a> Frame<'a> {
    /// The frame of a page with this title.
    pub fn new(site: &'a Site, visit: &'a Visit, here: Place, page: String) -> Self {
        Self {
            site,
            visit,
            here,
            page,
            switch: "/language".to_owned(),
        }
    }

    /// The frame of a page that takes the language switch itself, because nobody
    /// else knows its address.
    pub fn switched_at(self, path: &str) -> Self {
        Self {
            switch: path.to_owned(),
            ..self
        }
    }

    /// The frame of a page whose title is a message of its own.
    pub fn titled(site: &'a Site, visit: &'a Visit, here: Place, id: &str) -> Self {
        let page = site.words.message(visit.locale, id, &[]);
        Self::new(site, visit, here, page)
    }

    /// What the window is called.
    pub fn title(&self) -> String {
        let product = self.t("product");
        let values = [("page", self.page.as_str()), ("product", &product)];
        self.site.words.message(self.visit.locale, "title", &values)
    }

    /// The heading, where it is the same.
    pub fn page(&self) -> &str {
        &self.page
    }

    /// BCP 47.
    pub fn lang(&self) -> &'static str {
        self.visit.locale.tag()
    }

    /// One of the page's own messages.
    pub fn t(&self, id: &str) -> String {
        self.site.words.message(self.visit.locale, id, &[])
    }

    /// A message with a value.
    pub fn with(&self, id: &str, name: &str, value: impl AsRef<str>) -> String {
        let values = [(name, value.as_ref())];
        self.site.words.message(self.visit.locale, id, &values)
    }

    /// A time, if it is one.
    pub fn moment(&self, seconds: &u64) -> Option<Moment> {
        time::moment(self.visit.locale, *seconds)
    }

    /// The session's token, for forms.
    pub fn token(&self) -> &str {
        let session = self.visit.session.as_ref();
        session.map_or("", |session| session.token.text())
    }

    /// Whether forms can be sent at all.
    pub fn has_session(&self) -> bool {
        self.visit.session.is_some()
    }

    /// Who is signed in.
    pub fn person(&self) -> Option<&'static Person> {
        match self.visit.session.as_ref()?.who {
            Who::Person(person) => Some(person),
            Who::Nobody | Who::Guest(_) => None,
        }
    }

    /// Which guest it is.
    pub fn guest(&self) -> Option<&Guest> {
        match &self.visit.session.as_ref()?.who {
            Who::Guest(guest) => Some(guest),
            Who::Nobody | Who::Person(_) => None,
        }
    }

    /// Where the product's name leads.
    pub fn home(&self) -> String {
        match self.guest() {
            Some(_) => self.path("approval"),
            None => "/".to_owned(),
        }
    }

    /// Where the language switch is sent.
    pub fn switch(&self) -> &str {
        &self.switch
    }

    /// The languages of the switch, and whether each is this page's.
    pub fn languages(&self) -> [(Locale, bool); 3] {
        Locale::ALL.map(|locale| (locale, locale == self.visit.locale))
    }

    /// The name of this page in forms.
    pub fn here(&self) -> &'static str {
        self.here.name()
    }

    /// Whether this page belongs to the company log.
    pub fn in_log(&self) -> bool {
        self.here == Place::Log
    }

    /// The path of a page.
    pub fn path(&self, name: &str) -> String {
        let place = Place::from_name(name).unwrap_or(Place::Integrations);
        place.path(self.site.host.plugin_id())
    }

    /// The simulator's own page, in a demonstration.
    pub fn simulator(&self) -> Option<&str> {
        self.site.simulator.as_ref().map(url::Url::as_str)
    }

    /// The style sheet's address.
    pub fn style(&self) -> &'static str {
        assets::style_address()
    }
}
