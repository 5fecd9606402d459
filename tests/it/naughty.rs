//! Texts that have broken forms, databases, pages and mails (QUALITY 38).

/// At least one of each kind; every one goes into every field of the wizard.
pub(crate) fn texts() -> Vec<String> {
    let mut texts: Vec<String> = TEXTS.iter().map(|text| (*text).to_owned()).collect();
    texts.push("x".repeat(10_000));
    texts.push("ж".repeat(3_000));
    texts.push("a\u{301}".repeat(500));
    texts.push(format!("a{}", "\u{300}".repeat(200)));
    texts
}

const TEXTS: [&str; 66] = [
    // emptiness
    " ",
    "\t",
    "\u{a0}",
    "\u{3000}",
    "\u{200b}",
    "\u{feff}",
    "null",
    "undefined",
    "NaN",
    "0",
    "-1",
    "1e309",
    "true",
    // control characters and line breaks
    "a\0b",
    "\0",
    "a\r\nb",
    "a\nb",
    "a\u{1}b\u{7f}",
    "\u{1b}[31mred",
    "a\u{2028}b\u{2029}c",
    "a\u{85}b",
    // direction
    "\u{202e}txt.exe",
    "\u{2066}abc\u{2069}",
    "\u{200f}شركة",
    "שָׁלוֹם בע״מ",
    "مؤسسة الاختبار",
    // scripts, composed and decomposed
    "株式会社さくら",
    "Ἑλλάς",
    "Ω≈ç√∫˜µ≤≥÷",
    "ﬃ",
    "Å",
    "I\u{307}stanbul",
    "ß",
    "𝕿𝖊𝖘𝖙",
    "𠜎𠜱𠝹",
    "👩‍👩‍👧‍👦🏳️‍🌈",
    "\u{1f1e9}\u{1f1ea}",
    "\u{fffd}\u{ffff}",
    "\u{e000}",
    // markup and script
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "'><svg/onload=alert(1)>",
    "</textarea><b>x",
    "</title><i>",
    "&lt;b&gt; &amp; &#x3c;b&#62;",
    "javascript:alert(1)",
    "<!-- --><![CDATA[x]]>",
    "{{7*7}}",
    "{% include \"x\" %}",
    "${7*7}",
    "<a href=\"data:text/html,x\">x</a>",
    "\" autofocus onfocus=\"alert(1)",
    "`${x}`",
    // queries and formats
    "'; drop table drafts; --",
    "\" or \"\"=\"",
    "%s%s%n%x",
    "{0} {name} {:?}",
    "\\u0000 \\x00 \\",
    "../../etc/passwd",
    "|ls; $(id)",
    "=1+1",
    "@SUM(A1)",
    "+1\tcmd|' /C calc'!A0",
    // headers
    "a\r\nBcc: x@y.example",
    "a%0d%0aSet-Cookie:x=1",
    "\u{ff1c}script\u{ff1e}",
];
