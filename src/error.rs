//! What can go wrong, in words for the person who can do something about it.

/// Messages for the fields of one form, in the order in which the fields stand on the page.
#[derive(Debug, Default, Clone)]
pub struct FieldErrors(Vec<(String, String)>);

impl FieldErrors {
    /// One message on one field.
    pub fn on(field: &str, message: &str) -> Self {
        Self(vec![(field.into(), message.into())])
    }

    /// Adds a message on a field.
    pub fn add(&mut self, field: &str, message: &str) {
        self.0.push((field.into(), message.into()));
    }

    /// The first message on this field.
    pub fn get(&self, field: &str) -> Option<&str> {
        self.iter().find(|(name, _)| *name == field).map(|(_, message)| message)
    }

    /// Every field and its message.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(field, message)| (field.as_str(), message.as_str()))
    }

    /// How many messages there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
