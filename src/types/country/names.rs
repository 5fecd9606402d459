//! Everyday names, where ISO's or keshvar's are official forms, out of date, not in Latin letters or without their
//! accents; and states that are newer than keshvar's list.

/// The everyday English name of a country, where ISO's short name is not it.
pub(super) fn of_country(alpha2: &str) -> Option<&'static str> {
    COUNTRIES.iter().find(|(code, _)| *code == alpha2).map(|(_, name)| *name)
}

/// The corrected and the added states of a country, as code and name.
pub(super) fn of_states(alpha2: &str) -> impl Iterator<Item = (&'static str, &'static str)> {
    let lines = STATES.iter().filter(move |(code, _)| *code == alpha2);
    lines.flat_map(|(_, states)| states.split("; ")).filter_map(|state| state.split_once('='))
}

/// A name without what keshvar notes beside it: " (de)", " [Abu Dhabi]", " **".
pub(super) fn trimmed(raw: &'static str) -> &'static str {
    let end = raw.find(['(', '[', '*', '†']).unwrap_or(raw.len());
    raw[..end].trim()
}

/// Countries that take an article in a sentence.
pub(super) const WITH_ARTICLE: &[&str] = &[
    "AE", "AX", "BS", "CC", "CF", "CK", "DO", "FK", "FO", "GB", "IM", "KM", "KY", "MH", "MP", "MV", "NL", "PH", "SB",
    "SC", "TC", "TF", "UM", "US", "VA", "VG", "VI",
];

const COUNTRIES: &[(&str, &str)] = &[
    ("BN", "Brunei"),
    ("BO", "Bolivia"),
    ("CD", "Congo (Kinshasa)"),
    ("CG", "Congo (Brazzaville)"),
    ("CI", "Côte d’Ivoire"),
    ("CV", "Cape Verde"),
    ("FK", "Falkland Islands"),
    ("FM", "Micronesia"),
    ("GB", "United Kingdom"),
    ("IR", "Iran"),
    ("KP", "North Korea"),
    ("KR", "South Korea"),
    ("LA", "Laos"),
    ("MD", "Moldova"),
    ("MF", "Saint Martin"),
    ("PS", "Palestine"),
    ("RU", "Russia"),
    ("ST", "São Tomé and Príncipe"),
    ("SX", "Sint Maarten"),
    ("SY", "Syria"),
    ("TW", "Taiwan"),
    ("TZ", "Tanzania"),
    ("US", "United States"),
    ("VA", "Vatican City"),
    ("VE", "Venezuela"),
    ("VG", "British Virgin Islands"),
    ("VI", "US Virgin Islands"),
    ("VN", "Vietnam"),
];

const STATES: &[(&str, &str)] = &[
    ("AE", "AJ=Ajman; AZ=Abu Dhabi; DU=Dubai; FU=Fujairah; RK=Ras Al Khaimah; SH=Sharjah; UQ=Umm Al Quwain"),
    ("AF", "LOG=Logar; URU=Uruzgan"),
    ("AR", "C=Ciudad Autónoma de Buenos Aires"),
    ("AZ", "BA=Bakı; NX=Naxçıvan Muxtar Respublikası"),
    ("BD", "A=Barishal; B=Chattogram; C=Dhaka; D=Khulna; E=Rajshahi; F=Rangpur; G=Sylhet; H=Mymensingh"),
    ("BI", "BM=Bujumbura Mairie; BL=Bujumbura Rural; RM=Rumonge"),
    ("BY", "HM=Minsk"),
    ("CL", "AI=Aysén; LI=O’Higgins; NB=Ñuble; RM=Metropolitana de Santiago"),
    ("CZ", "10=Praha"),
    ("ES", "C=A Coruña; GC=Las Palmas; LO=La Rioja; PM=Illes Balears"),
    ("FI", "01=Ahvenanmaa"),
    ("FR", "973=Guyane"),
    (
        "ID",
        "JK=Jakarta; PA=Papua; PB=Papua Barat; PD=Papua Barat Daya; PE=Papua Pegunungan; PS=Papua Selatan; \
         PT=Papua Tengah; YO=Yogyakarta",
    ),
    ("IN", "DH=Dadra and Nagar Haveli and Daman and Diu; PY=Puducherry; TS=Telangana; UK=Uttarakhand"),
    ("IQ", "KI=Kirkuk; KR=Kurdistan"),
    ("IR", "03=Azarbayjan-e Sharqi; 04=Azarbayjan-e Gharbi; 14=Chahar Mahall va Bakhtiari; 30=Alborz"),
    ("KG", "GO=Osh City"),
    (
        "KP",
        "01=Pyongyang; 02=South Pyongan; 03=North Pyongan; 04=Chagang; 05=South Hwanghae; 06=North Hwanghae; \
         07=Kangwon; 08=South Hamgyong; 09=North Hamgyong; 10=Ryanggang; 13=Rason; 14=Nampo",
    ),
    (
        "KR",
        "11=Seoul; 26=Busan; 27=Daegu; 28=Incheon; 29=Gwangju; 30=Daejeon; 31=Ulsan; 41=Gyeonggi; 42=Gangwon; \
         43=Chungbuk; 44=Chungnam; 45=Jeonbuk; 46=Jeonnam; 47=Gyeongbuk; 48=Gyeongnam; 49=Jeju; 50=Sejong",
    ),
    ("KZ", "10=Abay oblysy; 33=Zhetisu oblysy; 62=Ulytau oblysy; YUZ=Türkistan oblysy"),
    ("LA", "XS=Xaisomboun"),
    ("LB", "AK=Akkar; BH=Baalbek-Hermel"),
    (
        "LK",
        "1=Western; 2=Central; 3=Southern; 4=Northern; 5=Eastern; 6=North Western; 7=North Central; 8=Uva; \
         9=Sabaragamuwa",
    ),
    ("MD", "BA=Bălți; BD=Bender; CU=Chișinău; ED=Edineț; GA=Găgăuzia; SN=Transnistria"),
    ("ML", "9=Ménaka; 10=Taoudénit"),
    ("MM", "18=Nay Pyi Taw"),
    ("MR", "14=Nouakchott Nord; 15=Nouakchott Sud"),
    ("MX", "MEX=Estado de México"),
    ("NG", "FC=Abuja; NA=Nasarawa"),
    ("NO", "31=Østfold; 32=Akershus; 33=Buskerud; 39=Vestfold; 40=Telemark; 55=Troms; 56=Finnmark"),
    ("NP", "P1=Koshi; P2=Madhesh; P3=Bagmati; P4=Gandaki; P5=Lumbini; P6=Karnali; P7=Sudurpashchim"),
    (
        "OM",
        "BJ=Janub al Batinah; BS=Shamal al Batinah; BU=Al Buraymi; SJ=Janub ash Sharqiyah; SS=Shamal ash Sharqiyah; \
         ZU=Zufar",
    ),
    ("PH", "00=Metro Manila; COM=Davao de Oro; NCO=Cotabato; MDC=Occidental Mindoro; MDR=Oriental Mindoro; WSA=Samar"),
    ("PK", "BA=Balochistan; SD=Sindh"),
    (
        "PS",
        "BTH=Bethlehem; DEB=Deir al-Balah; GZA=Gaza; HBN=Hebron; JEM=Jerusalem; JEN=Jenin; JRH=Jericho; \
         KYS=Khan Yunis; NBS=Nablus; NGZ=North Gaza; QQA=Qalqilya; RBH=Ramallah; RFH=Rafah; SLT=Salfit; TBS=Tubas; \
         TKM=Tulkarm",
    ),
    (
        "RO",
        "AG=Argeș; B=București; BC=Bacău; BN=Bistrița-Năsăud; BR=Brăila; BT=Botoșani; BV=Brașov; BZ=Buzău; \
         CL=Călărași; CS=Caraș-Severin; CT=Constanța; DB=Dâmbovița; GL=Galați; IL=Ialomița; IS=Iași; MH=Mehedinți; \
         MM=Maramureș; MS=Mureș; NT=Neamț; SJ=Sălaj; TM=Timiș",
    ),
    (
        "RS",
        "00=Beograd; 01=Severna Bačka; 05=Zapadna Bačka; 06=Južna Bačka; 08=Mačva; 11=Braničevo; 15=Zaječar; \
         19=Rasina; 24=Pčinja; 26=Peć",
    ),
    (
        "RU",
        "AD=Respublika Adygeya; AL=Respublika Altay; BA=Respublika Bashkortostan; BU=Respublika Buryatiya; \
         DA=Respublika Dagestan; IN=Respublika Ingushetiya; KL=Respublika Kalmykiya; KR=Respublika Kareliya; \
         KK=Respublika Khakasiya; KO=Respublika Komi; ME=Respublika Mariy El; MO=Respublika Mordoviya; \
         SA=Respublika Sakha; SE=Respublika Severnaya Osetiya; TA=Respublika Tatarstan; TY=Respublika Tyva",
    ),
    (
        "SA",
        "01=Riyadh; 02=Makkah; 03=Madinah; 04=Eastern Province; 05=Qassim; 06=Hail; 07=Tabuk; 08=Northern Borders; \
         09=Jazan; 10=Najran; 11=Al Bahah; 12=Al Jawf; 14=Asir",
    ),
    ("SC", "13=Grand’ Anse Mahé; 14=Grand’ Anse Praslin"),
    ("SK", "TC=Trenčiansky kraj"),
    (
        "SS",
        "BN=Northern Bahr el Ghazal; BW=Western Bahr el Ghazal; EC=Central Equatoria; EE=Eastern Equatoria; \
         EW=Western Equatoria; JG=Jonglei; LK=Lakes; NU=Upper Nile; UY=Unity; WR=Warrap",
    ),
    ("TD", "BG=Bahr el Gazel; BO=Borkou; EE=Ennedi-Est; EO=Ennedi-Ouest; SI=Sila; TI=Tibesti"),
    ("TH", "10=Bangkok; 38=Bueng Kan"),
    (
        "TW",
        "CYI=Chiayi City; CYQ=Chiayi County; HSQ=Hsinchu County; HSZ=Hsinchu City; ILA=Yilan; KEE=Keelung; \
         KHH=Kaohsiung; KIN=Kinmen; LIE=Lienchiang; PIF=Pingtung; TNN=Tainan; TPE=Taipei; TXG=Taichung",
    ),
    ("UA", "30=Kyiv; 32=Kyivs'ka Oblast'; 48=Mykolaivs'ka Oblast'; 43=Avtonomna Respublika Krym"),
    ("US", "VI=US Virgin Islands"),
    ("UY", "CL=Cerro Largo"),
    ("UZ", "TK=Toshkent shahri"),
    ("VN", "HN=Hà Nội; SG=Hồ Chí Minh; DN=Đà Nẵng; HP=Hải Phòng; CT=Cần Thơ"),
    ("YE", "DA=Ad Dali'; RA=Raymah; SA=Amanat al Asimah; SD=Sa'dah; SU=Socotra"),
];
