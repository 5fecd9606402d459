//! Tenantry.
pub mod database {
    //! Where the data lives.
    pub mod backup;
    pub mod private_postgres;
}
