//! The demo: a believable reseller, so that a newcomer sees the product alive in a minute.
mod rows;
