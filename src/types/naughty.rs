//! Strings that break careless parsers; every type's tests read them.

/// Texts that must never make a parser panic, hang or keep something invisible.
pub(super) fn strings() -> Vec<String> {
    vec![
        String::new(),
        " ".into(),
        "\u{0}".into(),
        "a\u{0}b".into(),
        "\u{202e}moc.elpmaxe".into(),
        "<script>alert(1)</script>".into(),
        "'; drop table users; --".into(),
        "😀👩‍👩‍👧‍👦🏳️‍🌈".into(),
        "x".repeat(10_000),
        "1".repeat(10_000),
        format!("a{}", "\u{300}".repeat(5_000)),
        "\u{200b}\u{feff}".into(),
        "١٢٣٤٥٦".into(),
        "１２３４５６".into(),
        "\r\nBcc: a@b.example".into(),
        ".".repeat(5_000),
        "@".repeat(5_000),
        "a.".repeat(5_000),
        "www.".repeat(2_000),
        "http://".repeat(1_000),
        "xn--".repeat(1_000),
        "Ω≈ç√∫˜µ≤≥÷".into(),
        "田中さんにあげて下さい".into(),
        "=cmd|' /C calc'!A0".into(),
        "\u{feff}\u{fffe}".into(),
    ]
}
