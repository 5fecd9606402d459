//! placeholder until merged
#![allow(missing_docs)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccountKind {
    Customer,
    Partner,
    Enterprise,
}
impl AccountKind {
    pub fn parse(_: &str) -> Result<Self, String> {
        Ok(Self::Partner)
    }
}
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrgKey(String);
impl OrgKey {
    pub fn parse(s: &str) -> Result<Self, String> {
        Ok(Self(s.into()))
    }
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
