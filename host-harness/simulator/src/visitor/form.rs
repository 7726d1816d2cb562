//! Reading the first form of a page: enough of HTML for pages like the
//! simulator's, with quoted attributes and no scripts.

use url::Url;

/// A form and its controls.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Form {
    pub(super) id: Option<String>,
    action: Option<String>,
    controls: Vec<Control>,
}

#[derive(Debug, PartialEq, Eq)]
struct Control {
    is_hidden: bool,
    name: String,
    value: String,
}

impl Form {
    /// The page's first form.
    pub(super) fn read(html: &str) -> Option<Self> {
        let start = html.find("<form")?;
        let inside = html.get(start..)?;
        let inside = inside.split("</form>").next()?;
        let mut tags = inside.split('<').skip(1).map(Tag::read);
        let form = tags.next()?;
        let controls = tags
            .filter(|tag| matches!(tag.name, "input" | "button"))
            .filter_map(|tag| {
                Some(Control {
                    is_hidden: tag.attribute("type").as_deref() == Some("hidden"),
                    name: tag.attribute("name")?,
                    value: tag.attribute("value").unwrap_or_default(),
                })
            });
        Some(Self {
            id: form.attribute("id"),
            action: form.attribute("action"),
            controls: controls.collect(),
        })
    }

    /// Where it is posted: its action, or the page itself.
    pub(super) fn target(&self, page: &Url) -> Url {
        let action = self
            .action
            .as_deref()
            .and_then(|action| page.join(action).ok());
        action.unwrap_or_else(|| page.clone())
    }

    pub(super) fn hidden(&self) -> Vec<(String, String)> {
        let hidden = self.controls.iter().filter(|control| control.is_hidden);
        hidden
            .map(|control| (control.name.clone(), control.value.clone()))
            .collect()
    }

    pub(super) fn has_input(&self, name: &str) -> bool {
        self.controls.iter().any(|control| control.name == name)
    }

    /// Whether there is a choice or button with this value.
    pub(super) fn offers(&self, name: &str, value: &str) -> bool {
        self.controls
            .iter()
            .any(|control| control.name == name && control.value == value)
    }
}

/// A tag's name and the text of its attributes.
struct Tag<'a> {
    name: &'a str,
    rest: &'a str,
}

impl<'a> Tag<'a> {
    /// From the text after `<`.
    fn read(text: &'a str) -> Self {
        let end = text.find(|char: char| char.is_ascii_whitespace() || char == '>');
        let (name, rest) = text.split_at(end.unwrap_or(text.len()));
        Self { name, rest }
    }

    fn attribute(&self, wanted: &str) -> Option<String> {
        let mut rest = self.rest;
        loop {
            rest = rest.trim_ascii_start();
            let end =
                rest.find(|char: char| char.is_ascii_whitespace() || char == '=' || char == '>')?;
            let (name, after) = rest.split_at(end);
            rest = match after.strip_prefix("=\"") {
                Some(quoted) => {
                    let (value, after) = quoted.split_once('"')?;
                    if name == wanted {
                        return Some(unescape(value));
                    }
                    after
                }
                None if after.starts_with('>') => return None,
                None => after.trim_start_matches('='),
            };
        }
    }
}

/// Text without its character references; what is none stays as it is.
fn unescape(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        plain.push_str(before);
        let reference = after
            .split_once(';')
            .and_then(|(name, behind)| Some((referenced(name)?, behind)));
        let (char, behind) = reference.unwrap_or(('&', after));
        plain.push(char);
        rest = behind;
    }
    plain + rest
}

fn referenced(name: &str) -> Option<char> {
    match name {
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "amp" => Some('&'),
        _ => char::from_u32(name.strip_prefix('#')?.parse().ok()?),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = r#"<h1>x</h1><form id="f" action="/next?a=1&amp;b=2" method="post">
<input type="hidden" name="h" value="&lt;&quot;&amp;"><input id="l" name="login" required autofocus>
<button name="decision" value="approve">Godkänn &amp; aktivera</button></form>
<form id="g"><input name="other"></form>"#;

    #[test]
    fn given_a_page_when_read_then_the_first_form_only() {
        let form = Form::read(PAGE).unwrap();
        assert_eq!(form.id.as_deref(), Some("f"));
        assert_eq!(form.hidden(), [("h".to_owned(), "<\"&".to_owned())]);
        assert!(form.has_input("login") && !form.has_input("other"));
        assert!(form.offers("decision", "approve"));
        let page: Url = "http://127.0.0.1:1/here".parse().unwrap();
        assert_eq!(
            form.target(&page).as_str(),
            "http://127.0.0.1:1/next?a=1&b=2"
        );
    }

    #[test]
    fn given_references_when_read_then_each_once_and_what_is_none_stays() {
        let text = "&#38;lt; &amp;amp; &#60;&#34;&#39;&gt; &nbsp; &#x; a & b;";
        assert_eq!(unescape(text), "&lt; &amp; <\"'> &nbsp; &#x; a & b;");
    }

    #[test]
    fn given_a_page_without_a_form_when_read_then_none() {
        assert_eq!(Form::read("<p>nothing</p>"), None);
        assert_eq!(Form::read("<form"), Some(Form::default()));
    }
}
