//! Tenantry.
pub mod database {
    //! Where the data lives.
    pub mod private_postgres;
}
