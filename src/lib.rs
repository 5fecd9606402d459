//! Tenantry.
pub mod error;
pub mod web;
