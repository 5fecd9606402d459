//! A form of a page, filled in as the page was delivered: hidden fields travel along without being named.

use scraper::{ElementRef, Html, Selector};

/// What would be sent if its button were pressed.
#[derive(Debug, Clone)]
pub(crate) struct Form {
    pub(crate) action: String,
    pub(crate) fields: Vec<(String, String)>,
}

impl Form {
    /// The form that is sent to this path, as its first button sends it.
    pub(crate) fn to(page: &str, path: &str) -> Form {
        let html = Html::parse_document(page);
        let forms = all("form[method=post]");
        let form = html.select(&forms).find(|form| form.attr("action") == Some(path)).unwrap_or_else(|| {
            let known: Vec<_> = html.select(&forms).filter_map(|form| form.attr("action")).collect();
            panic!("no form is sent to {path:?}, only to {known:?}")
        });
        let fields = form.select(&all("input, select, textarea")).filter_map(field).collect();
        Form { action: path.to_owned(), fields }
    }

    /// Fills in fields.
    pub(crate) fn fill(mut self, values: &[(&str, &str)]) -> Form {
        for (name, value) in values {
            self.fields.retain(|(known, _)| known != name);
            self.fields.push(pair(name, Some(value)));
        }
        self
    }
}

fn all(css: &str) -> Selector {
    Selector::parse(css).expect("a selector")
}

fn text(element: ElementRef<'_>) -> String {
    element.text().flat_map(str::split_whitespace).collect::<Vec<_>>().join(" ")
}

/// What an element adds to the form, as the HTML standard's "constructing the entry list" has it.
fn field(element: ElementRef<'_>) -> Option<(String, String)> {
    let name = element.attr("name").filter(|name| !name.is_empty())?;
    if element.attr("disabled").is_some() {
        return None;
    }
    match (element.value().name(), element.attr("type").unwrap_or("text")) {
        ("select", _) => {
            let chosen = element.select(&all("option[selected]")).next();
            let option = chosen.or_else(|| element.select(&all("option")).next())?;
            Some(pair(name, Some(option.attr("value").unwrap_or(&text(option)))))
        }
        ("textarea", _) => Some(pair(name, Some(&element.text().collect::<String>()))),
        (_, "radio" | "checkbox") => {
            element.attr("checked").map(|_| pair(name, Some(element.attr("value").unwrap_or("on"))))
        }
        (_, "submit" | "button" | "image" | "reset") => None,
        _ => Some(pair(name, element.attr("value"))),
    }
}

fn pair(name: &str, value: Option<&str>) -> (String, String) {
    (name.to_owned(), value.unwrap_or_default().to_owned())
}
