//! Thalweg judges, runs and teaches streaming architectures on AWS.

pub mod source;
pub mod units;
