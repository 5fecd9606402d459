//! Organizations.

mod operator;
mod store_operator;

pub use self::operator::{NewOperator, Operator, create_operator, operator};
