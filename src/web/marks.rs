//! What stands for an organization or a person where there is no picture.

/// Up to two letters that stand for a name.
pub(crate) fn initials(name: &str) -> String {
    let mut words = name.split_whitespace().filter_map(|word| word.chars().find(|letter| letter.is_alphanumeric()));
    let first = words.next();
    words
        .next()
        .into_iter()
        .fold(first.into_iter().collect::<String>(), |mut letters, next| {
            letters.push(next);
            letters
        })
        .to_uppercase()
}

/// The colour of an organization's tile: chosen by its key, without a meaning (DESIGN.md section 6).
pub(crate) fn tile(key: &str) -> &'static str {
    const TILES: [&str; 5] = ["", "t2", "t3", "t4", "t5"];
    let sum: usize = key.bytes().map(usize::from).sum();
    TILES[sum % TILES.len()]
}

#[cfg(test)]
mod tests {
    use super::initials;

    #[test]
    fn initials_take_the_first_letters_of_two_words() {
        assert_eq!(initials("Nordlicht Cloud GmbH"), "NC");
        assert_eq!(initials("öresund"), "Ö");
        assert_eq!(initials("& Söhne"), "S");
        assert_eq!(initials("---"), "");
    }
}
