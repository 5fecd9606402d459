//! What a postal code is called, what it looks like, and how an address is written.

/// Countries whose codes exist but are often not known to the people who live there.
pub(super) const OPTIONAL: &[&str] = &["BH", "GN", "GW", "HT", "IE", "IQ", "JO", "KW", "LB", "LR", "LS", "NE", "OM"];

/// Examples of each form in use, the most usual first; a form's spaces and hyphens are what is stored.
pub(super) fn examples(alpha2: &str) -> Vec<&'static str> {
    let lines = EXAMPLES.iter().flat_map(|line| line.split("; "));
    let found = lines.filter_map(|line| line.split_once(": ")).find(|(code, _)| *code == alpha2);
    found.map(|(_, codes)| codes.split(", ").collect()).unwrap_or_default()
}

/// What the country calls its postal code.
pub(super) fn label(alpha2: &str) -> &'static str {
    match alpha2 {
        "US" | "PR" | "GU" | "VI" | "AS" | "MP" | "UM" | "PW" | "FM" | "MH" | "PH" => "ZIP code",
        "IN" => "PIN code",
        "IE" => "Eircode",
        "AU" | "NZ" | "GB" | "GG" | "IM" | "JE" | "DE" | "AT" | "NL" | "BE" | "ZA" | "MY" | "SG" => "Postcode",
        "BR" => "CEP",
        "IT" | "SM" | "VA" => "CAP",
        _ => "Postal code",
    }
}

/// The pattern of a country's codes in capitals, corrected where keshvar's is not what people write.
pub(super) fn format(alpha2: &str, source: Option<&'static str>) -> Option<&'static str> {
    match alpha2 {
        "AM" | "SV" => Some(r"\d{4}"),
        "CR" | "PE" => Some(r"\d{5}"),
        "IN" => Some(r"[1-9]\d{5}"),
        "MH" => Some(r"969[67]\d(?:-\d{4})?"),
        _ => source,
    }
}

/// The lines of an address. Where the post writes the state as its short form, that is its code; elsewhere its name.
pub(super) fn address_format(alpha2: &str, source: Option<&'static str>) -> String {
    match alpha2 {
        "JP" | "KR" | "CN" | "TW" | "PH" | "TH" | "MY" => {
            "{{street}}\n{{city}}, {{region}} {{postalcode}}\n{{country}}".to_owned()
        }
        "VN" => "{{street}}\n{{city}}\n{{region}} {{postalcode}}\n{{country}}".to_owned(),
        "US" | "CA" | "AU" | "BR" | "IT" => source.unwrap_or_default().to_owned(),
        "GB" => "{{street}}\n{{city}}\n{{postalcode}}\n{{country}}".to_owned(),
        _ => source.map_or_else(
            || "{{street}}\n{{postalcode}} {{city}}\n{{region}}\n{{country}}".to_owned(),
            |format| format.replace("{{region_short}}", "{{region}}"),
        ),
    }
}

const EXAMPLES: &[&str] = &[
    "AD: AD500; AF: 1001; AI: AI-2640, 2640; AL: 1001; AM: 0010; AR: C1070AAM, 1070; AS: 96799, 96799-1234",
    "AT: 1010; AU: 2000; AX: 22100; AZ: 1000; BA: 71000; BB: BB11000; BD: 1340; BE: 1000; BG: 1000; BH: 317, 1216",
    "BL: 97133; BM: HM 12; BN: BT2328; BR: 01310-100; BT: 11001; BY: 220030; CA: K1A 0B1; CC: 6799; CH: 3001",
    "CL: 8340457; CN: 100006; CO: 110111; CR: 10101; CU: 10700; CV: 7600; CX: 6798; CY: 2008; CZ: 110 00; DE: 06667",
    "DK: 1050; DO: 11903; DZ: 16000; EC: 090105; EE: 10111; EG: 11511; EH: 70000; ES: 28013; ET: 1000; FI: 00100",
    "FK: FIQQ 1ZZ; FM: 96941, 96941-1234; FO: 100; FR: 75001; GB: SW1A 2AA; GE: 0105; GF: 97300; GG: GY1 1AA",
    "GI: GX11 1AA; GL: 3900; GN: 001; GP: 97100; GR: 105 57; GS: SIQQ 1ZZ; GT: 01001; GU: 96910, 96910-1234; GW: 1000",
    "HM: 7050; HN: 11101; HR: 10000; HT: 6120; HU: 1051; ID: 10110; IE: D02 AF30; IL: 9614303, 96143; IM: IM1 1AA",
    "IN: 110001; IO: BBND 1ZZ; IQ: 10001; IR: 11936-12345; IS: 101; IT: 00144; JE: JE1 1AA; JO: 11937; JP: 100-0001",
    "KE: 00100; KG: 720001; KH: 120101, 12101; KR: 03051; KW: 54551; KY: KY1-1001; KZ: 010000; LA: 01160",
    "LB: 2038 3054, 2038; LI: 9490; LK: 00100; LR: 1000; LS: 100; LT: 01100; LU: 4750; LV: LV-1010; MA: 10000",
    "MC: 98000; MD: 2001; ME: 81000; MF: 97150; MG: 101; MH: 96960, 96960-1234; MK: 1000; MM: 11181; MN: 14200",
    "MP: 96950, 96950-1234; MQ: 97220; MT: VLT 1117, NXR 01; MU: 42602, 742CU001; MV: 20026; MX: 06000; MY: 50050",
    "MZ: 1102; NA: 10001; NC: 98800; NE: 8001; NF: 2899; NG: 900001; NI: 11001; NL: 1011 AB; NO: 0150; NP: 44600",
    "NZ: 6011; OM: 133; PE: 15001; PF: 98709; PG: 111; PH: 1008; PK: 44000; PL: 00-950; PM: 97500; PN: PCRN 1ZZ",
    "PR: 00901, 00901-1234; PT: 1000-205; PW: 96940, 96940-1234; PY: 001536; RE: 97400; RO: 010011; RS: 106314, 11000",
    "RU: 101000; SA: 11564; SD: 11111; SE: 111 22; SG: 546080; SH: STHL 1ZZ; SI: 1000; SJ: 9170; SK: 811 01; SM: 47890",
    "SN: 12500; SO: AW 25061; SV: 1101; SZ: H100; TC: TKCA 1ZZ; TH: 10200; TJ: 734000; TM: 744000; TN: 1002; TR: 06420",
    "TW: 104, 10491, 104916; TZ: 11101; UA: 01001; UM: 96898; US: 10001, 10001-1234; UY: 11600; UZ: 100000; VA: 00120",
    "VC: VC0100; VE: 1010; VG: VG1110; VI: 00802, 00802-1234; VN: 70000, 700000; WF: 98600; YT: 97600; ZA: 8001",
    "ZM: 10101",
];
