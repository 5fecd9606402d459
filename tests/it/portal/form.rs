//! A form of a page, filled in as the page was delivered: hidden fields travel along without being named.

use scraper::{ElementRef, Html, Selector};

/// What would be sent if its button were pressed.
#[derive(Debug, Clone)]
pub(crate) struct Form {
    pub(crate) action: String,
    pub(crate) fields: Vec<(String, String)>,
}

impl Form {
    /// The form whose submit button carries these words, with the button's own name and value.
    pub(crate) fn with_button(page: &str, words: &str) -> Form {
        let html = Html::parse_document(page);
        let buttons = all("button");
        let button = html.select(&buttons).find(|button| text(*button) == words && form_of(*button).is_some());
        let (button, form) = button.and_then(|button| Some((button, form_of(button)?))).unwrap_or_else(|| {
            let known: Vec<_> = html.select(&buttons).map(text).collect();
            panic!("no button says {words:?}, only {known:?}")
        });
        let action = button.attr("formaction").or(form.attr("action")).expect("a form says where it goes");
        let mut fields: Vec<_> = form.select(&all("input, select, textarea")).filter_map(field).collect();
        fields.extend(button.attr("name").map(|name| pair(name, button.attr("value"))));
        Form { action: action.to_owned(), fields }
    }

    /// Fills in fields; one that the form does not have is a mistake of the test.
    pub(crate) fn fill(mut self, values: &[(&str, &str)]) -> Form {
        for (name, value) in values {
            self.fields.retain(|(known, _)| known != name);
            self.fields.push(pair(name, Some(value)));
        }
        self
    }

    /// The value of a field.
    pub(crate) fn value(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

fn all(css: &str) -> Selector {
    Selector::parse(css).expect("a selector")
}

fn text(element: ElementRef<'_>) -> String {
    element.text().flat_map(str::split_whitespace).collect::<Vec<_>>().join(" ")
}

fn form_of(button: ElementRef<'_>) -> Option<ElementRef<'_>> {
    button.ancestors().filter_map(ElementRef::wrap).find(|element| element.value().name() == "form")
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
