//! What the field macros in `templates/fields.html` are given besides strings.

/// One entry of a drop-down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SelectOption {
    /// What is posted.
    pub(crate) value: String,
    /// What is read.
    pub(crate) label: String,
    /// Whether it is the present choice.
    pub(crate) selected: bool,
}

impl SelectOption {
    /// An entry that is selected when its value is the present one.
    pub(crate) fn new(value: impl Into<String>, label: impl Into<String>, present: &str) -> Self {
        let value = value.into();
        Self { selected: value == present, label: label.into(), value }
    }
}

/// One of the radio cards for a choice with consequences (DESIGN section 5).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Card {
    /// What is posted.
    pub(crate) value: String,
    /// The choice in a word or two.
    pub(crate) label: String,
    /// What follows from it; may be empty.
    pub(crate) text: String,
    /// Whether it is the present choice.
    pub(crate) checked: bool,
    /// A figure at the end of the card, such as a price; may be empty.
    pub(crate) figure: String,
    /// What the figure counts ("a licence, a month").
    pub(crate) figure_text: String,
}

impl Card {
    /// A card without a figure, checked when its value is the present one.
    pub(crate) fn new(
        value: impl Into<String>,
        label: impl Into<String>,
        text: impl Into<String>,
        present: &str,
    ) -> Self {
        let value = value.into();
        Self { checked: value == present, label: label.into(), text: text.into(), value, ..Self::default() }
    }

    /// Puts a figure at the end of the card.
    pub(crate) fn with_figure(mut self, figure: impl Into<String>, what: impl Into<String>) -> Self {
        self.figure = figure.into();
        self.figure_text = what.into();
        self
    }
}

/// The heading of the error summary: "Two fields need your attention". Counts above ten are figures.
pub(crate) fn attention(count: usize) -> String {
    const WORDS: [&str; 11] = ["No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten"];
    let number = WORDS.get(count).map_or_else(|| count.to_string(), |word| (*word).to_owned());
    if count == 1 {
        format!("{number} field needs your attention")
    } else {
        format!("{number} fields need your attention")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_count_of_errors_is_a_sentence() {
        assert_eq!(attention(1), "One field needs your attention");
        assert_eq!(attention(4), "Four fields need your attention");
        assert_eq!(attention(12), "12 fields need your attention");
    }

    #[test]
    fn the_present_value_is_the_selected_one() {
        assert!(SelectOption::new("DE", "Germany", "DE").selected);
        assert!(!SelectOption::new("AT", "Austria", "DE").selected);
        assert!(Card::new("trial", "Trial", "", "trial").checked);
    }
}
