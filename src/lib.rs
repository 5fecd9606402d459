//! Tenantry.
pub mod types;
