//! The sample companies, as a table. The companies and people are invented; domains are reserved ones (RFC 2606).

const TABLE: &str = include_str!("customers.tsv");

/// One line of the table.
#[derive(Debug, Clone, Copy)]
pub(super) struct Row {
    pub(super) name: &'static str,
    pub(super) kind: &'static str,
    pub(super) country: &'static str,
    pub(super) region: &'static str,
    pub(super) city: &'static str,
    pub(super) postal_code: &'static str,
    pub(super) street: &'static str,
    pub(super) given_name: &'static str,
    pub(super) family_name: &'static str,
    pub(super) phone: &'static str,
    pub(super) size: &'static str,
    pub(super) domain: &'static str,
    pub(super) plan: &'static str,
    pub(super) licenses: &'static str,
}

/// Every line, in the order of the file.
pub(super) fn rows() -> impl Iterator<Item = Row> + Clone {
    TABLE.lines().filter_map(|line| {
        let cells: Vec<&'static str> = line.split('\t').collect();
        let [
            name,
            kind,
            country,
            region,
            city,
            postal_code,
            street,
            given_name,
            family_name,
            phone,
            size,
            domain,
            plan,
            licenses,
        ] = cells[..]
        else {
            return None;
        };
        Some(Row {
            name,
            kind,
            country,
            region,
            city,
            postal_code,
            street,
            given_name,
            family_name,
            phone,
            size,
            domain,
            plan,
            licenses,
        })
    })
}

#[cfg(test)]
mod tests {
    use super::{TABLE, rows};
    use crate::types::{AccountKind, CompanySize, Country, DomainName, LicenseCount, PhoneNumber, PostalCode, Region};

    #[test]
    fn every_line_has_every_column() {
        assert_eq!(rows().count(), TABLE.lines().count());
    }

    #[test]
    fn every_value_is_one_the_portal_accepts() {
        let mut refused = Vec::new();
        for row in rows() {
            let mut note = |result: Result<(), String>| {
                if let Err(error) = result {
                    refused.push(format!("{}: {error}", row.name));
                }
            };
            let country = Country::parse(row.country).expect("a country");
            note(AccountKind::parse(row.kind).map(drop).map_err(|error| error.to_string()));
            if !country.states().is_empty() || !row.region.is_empty() {
                note(Region::parse_in(row.region, country).map(drop).map_err(|error| error.to_string()));
            }
            if !row.postal_code.is_empty() {
                note(PostalCode::parse_in(row.postal_code, country).map(drop).map_err(|error| error.to_string()));
            }
            note(PhoneNumber::parse_in(row.phone, Some(&country)).map(drop).map_err(|error| error.to_string()));
            note(CompanySize::parse(row.size).map(drop).map_err(|error| error.to_string()));
            note(DomainName::parse(row.domain).map(drop).map_err(|error| error.to_string()));
            note(LicenseCount::parse(row.licenses).map(drop).map_err(|error| error.to_string()));
        }
        assert!(refused.is_empty(), "{refused:#?}");
    }
}
