//! Whether letters were read in the wrong encoding. Text that is not UTF-8 is taken for Windows-1252, and every byte of
//! Windows-1250 is something in that, too: Łódź becomes £ódŸ.

use super::{Encoding, FileKind, Look};

/// What the most frequent letters of Central Europe become. In words of Western Europe they stand beside no letter.
const SIGNS: [char; 13] = ['£', '¥', '¹', '³', '¯', '¿', '¢', '¦', '¬', '¼', '¾', '±', '¶'];

/// So many letters before a sign are a word, and no unit such as "dm³".
const WORD: usize = 3;

/// Whether a text that says nothing about its encoding looks as if it were in another than was guessed.
pub fn letters_seem_wrong(look: &Look) -> bool {
    let guessed = look.how.kind == FileKind::Csv && look.how.encoding == Some(Encoding::Windows1252);
    let mut texts = look.headings.iter().chain(look.samples.iter().flat_map(|row| &row.cells));
    guessed && texts.any(|text| has_sign_in_word(text))
}

fn has_sign_in_word(text: &str) -> bool {
    let mut letters = text.chars().peekable();
    let (mut before, mut was_small) = (0, false);
    while let Some(letter) = letters.next() {
        let goes_on = letters.peek().is_some_and(|next| next.is_alphabetic());
        // Spanish questions begin with one of the signs.
        let within = goes_on && (letter != '¿' || before > 0) || before >= WORD;
        if SIGNS.contains(&letter) && within || letter == 'Ÿ' && was_small {
            return true;
        }
        (before, was_small) = (if letter.is_alphabetic() { before + 1 } else { 0 }, letter.is_lowercase());
    }
    false
}

#[cfg(test)]
mod tests {
    use super::has_sign_in_word;

    #[test]
    fn words_of_central_europe_are_not_taken_for_western_ones() {
        for word in ["Łódź", "Wałbrzych", "Dąbrowa", "Żory", "Paweł", "Źródło", "Duży Sklep", "Ľubica"] {
            let (bytes, ..) = encoding_rs::WINDOWS_1250.encode(word);
            let read = encoding_rs::WINDOWS_1252.decode(&bytes).0;
            assert!(has_sign_in_word(&read), "{word} as {read}");
        }
        for text in [
            "Müller & Söhne GmbH",
            "Straße 5, Größe",
            "Crêperie de l'Œuvre, L'HAŸ-LES-ROSES",
            "garçon, naïve, où",
            "¿Qué? ¡Olé!",
            "1.000 m³/h, 5 dm³",
            "£5,000 or ¥700 or 30 ¢",
            "¼ l, 2¾",
            "Øresund Æblegård",
            "São João, 1ª, nº 7",
            "±5 %, §5",
        ] {
            assert!(!has_sign_in_word(text), "{text}");
        }
    }
}
