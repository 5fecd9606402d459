//! What all text-like types share, so that each file holds only its rule.

/// Implements `as_str`, `Display` and the traits of [`read_by_parse`] for a newtype around a `String`.
macro_rules! text_type {
    ($name:ident) => {
        impl $name {
            /// The accepted text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }
        read_by_parse!($name);
    };
}

/// Implements `FromStr`, `AsRef<str>`, `Serialize` (as the stored text) and `Deserialize` (through `parse`) for a type
/// with `parse` and `as_str`.
macro_rules! read_by_parse {
    ($name:ident) => {
        impl std::str::FromStr for $name {
            type Err = $crate::types::Invalid;
            fn from_str(raw: &str) -> Result<Self, Self::Err> {
                Self::parse(raw)
            }
        }
        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                self.as_str()
            }
        }
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }
        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let raw = <std::borrow::Cow<'de, str> as serde::Deserialize>::deserialize(deserializer)?;
                Self::parse(&raw).map_err(serde::de::Error::custom)
            }
        }
    };
}

/// A closed set of values with a stored text, a label and one sentence that describes it.
macro_rules! choices {
    ($(#[$doc:meta])* $name:ident, $what:literal, { $($(#[$vdoc:meta])* $variant:ident = $text:literal, $label:literal, $about:literal;)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, sqlx::Type)]
        #[sqlx(type_name = "text")]
        pub enum $name {
            $($(#[$vdoc])* #[sqlx(rename = $text)] $variant,)+
        }
        impl $name {
            /// Every value, in the order in which a form offers them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// Reads the stored text or the label, in any case.
            ///
            /// # Errors
            /// Any other text.
            pub fn parse(raw: &str) -> Result<Self, $crate::types::Invalid> {
                let key = $crate::types::text::choice_key(raw);
                Self::ALL
                    .iter()
                    .find(|c| c.as_str() == key || $crate::types::text::choice_key(c.label()) == key)
                    .copied()
                    .ok_or_else(|| $crate::types::Invalid::new(concat!("Choose ", $what)))
            }

            /// The text that is stored and sent.
            pub fn as_str(&self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }

            /// The word a person reads.
            pub fn label(&self) -> &'static str {
                match self { $(Self::$variant => $label),+ }
            }

            /// One sentence that says what choosing it means.
            pub fn description(&self) -> &'static str {
                match self { $(Self::$variant => $about),+ }
            }
        }
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.label())
            }
        }
        read_by_parse!($name);
    };
}
