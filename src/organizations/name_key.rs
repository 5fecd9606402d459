//! How names and registration numbers are compared (N3): "Kowalczyk i Wspólnicy Sp. z o.o." and "KOWALCZYK I WSPOLNICY"
//! are the same company to a reader, "HRB 21 4077" and "hrb214077" the same number.

use crate::types::folded;

/// Words that say what a company is in law, not what it is called. "Co" and "KG" stand here too: "GmbH & Co. KG".
const LEGAL_FORMS: &[&str] = &[
    "ab",
    "ag",
    "as",
    "asa",
    "aps",
    "bv",
    "bvba",
    "co",
    "company",
    "corp",
    "corporation",
    "cv",
    "doo",
    "dd",
    "ead",
    "eg",
    "ek",
    "eood",
    "ev",
    "eirl",
    "eurl",
    "gbr",
    "ggmbh",
    "gmbh",
    "hb",
    "hf",
    "inc",
    "incorporated",
    "is",
    "kb",
    "kft",
    "kg",
    "kgaa",
    "kk",
    "lda",
    "limited",
    "llc",
    "llp",
    "lp",
    "ltd",
    "ltda",
    "mbh",
    "nv",
    "ohg",
    "oo",
    "ood",
    "ooo",
    "oy",
    "oyj",
    "ou",
    "plc",
    "pte",
    "pty",
    "pvt",
    "private",
    "sa",
    "sapa",
    "sarl",
    "sas",
    "sasu",
    "sc",
    "sca",
    "se",
    "sia",
    "sl",
    "slu",
    "snc",
    "sp",
    "spa",
    "spj",
    "spk",
    "spzoo",
    "sprl",
    "srl",
    "srls",
    "sro",
    "ug",
    "uab",
    "vof",
    "zoo",
    "zrt",
];

/// The name as it is compared: without case, accents, punctuation and legal forms at its ends. None when nothing is left
/// to compare.
pub fn name_key(name: &str) -> Option<String> {
    let words = words(name);
    let is_form = |word: &&String| LEGAL_FORMS.contains(&word.as_str());
    let from = words.iter().take_while(is_form).count();
    let until = words.len() - words.iter().rev().take_while(is_form).count();
    // A company that is called like a legal form, say "AS", keeps its name.
    let bare = words.get(from..until).filter(|bare| !bare.is_empty()).unwrap_or(&words);
    Some(bare.concat()).filter(|key| !key.is_empty())
}

/// The number as it is compared: letters and digits only.
pub(super) fn registration_key(number: &str) -> Option<String> {
    Some(folded(number)).filter(|key| !key.is_empty())
}

/// Single letters that follow each other are one word: "S.A." is "sa", "z o.o." is "zoo".
fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut after_letter = false;
    for part in name.split(|c: char| !c.is_alphanumeric() && c != '\'' && c != '’') {
        let word = folded(part);
        let letter = word.chars().count() == 1;
        match words.last_mut() {
            _ if word.is_empty() => continue,
            Some(last) if letter && after_letter => last.push_str(&word),
            _ => words.push(word),
        }
        after_letter = letter;
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_company_has_the_same_key() {
        for twins in [
            ["Kowalczyk i Wspólnicy sp. z o.o.", "KOWALCZYK I WSPOLNICY"],
            ["Weißenfelder Präzisionsguss GmbH & Co. KG", "Weissenfelder Prazisionsguss"],
            ["Öresund Fastigheter AB", "oresund-fastigheter"],
            ["Ferretería Núñez, S.A. de C.V.", "Ferreteria Nunez S.A. de C.V."],
            ["PT. Contoso Ltd.", "Pt Contoso, Limited"],
            ["O’Brien & Sons Ltd", "OBrien & Sons"],
            ["Contoso Inc", "contoso"],
        ] {
            assert_eq!(name_key(twins[0]), name_key(twins[1]), "{twins:?}");
        }
    }

    #[test]
    fn different_companies_have_different_keys() {
        assert_ne!(name_key("Contoso North"), name_key("Contoso South"));
        assert_ne!(name_key("AS"), name_key("AB"));
        assert_eq!(name_key("Co. KG").as_deref(), Some("cokg"));
        assert_eq!(name_key("!!!"), None);
        assert_eq!(name_key("東京ガス株式会社").as_deref(), Some("東京ガス株式会社"));
    }

    #[test]
    fn numbers_are_compared_by_letters_and_digits() {
        assert_eq!(registration_key("HRB 21 4077"), registration_key("hrb-214077"));
        assert_eq!(registration_key(" - "), None);
    }
}
