//! Headings people give the fields in their own files, read from `synonyms.txt`.

use crate::organizations::Field;

const TEXT: &str = include_str!("synonyms.txt");

/// Fields with their headings, in the order of the file.
pub(super) fn all() -> impl Iterator<Item = (Field, &'static str)> {
    let lines = TEXT.lines().filter_map(|line| line.split_once(": "));
    lines
        .filter_map(|(name, words)| Some((Field::named(name)?, words)))
        .flat_map(|(field, words)| words.split(", ").map(move |word| (field, word)))
}

#[cfg(test)]
mod tests {
    use super::{TEXT, all};

    #[test]
    fn every_line_names_a_field() {
        let lines = TEXT.lines().filter(|line| !line.starts_with('#')).count();
        let mut fields: Vec<_> = all().map(|(field, _)| field).collect();
        fields.dedup();
        assert_eq!((fields.len(), lines), (17, 17));
        assert!(all().all(|(_, word)| word.trim() == word && !word.is_empty()));
    }
}
