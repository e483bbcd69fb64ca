//! Thalweg judges, runs and explains streaming architectures on AWS.
pub mod diagnostic;
pub mod fields;
pub mod source;
pub mod units;
