//! Forms of the organizations: strings in, types out.

mod record;
mod rules;
mod wizard;

pub use self::{
    record::{Note, OrganizationForm, Parsed},
    rules::Rules,
    wizard::DetailsForm,
};
