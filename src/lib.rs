//! Thalweg judges, runs and explains streaming architectures on AWS.
pub mod cli;
pub mod commands;
pub mod design;
pub mod diagnostic;
pub mod expression;
pub mod fields;
pub mod knowledge;
pub mod lint;
pub mod report;
pub mod source;
pub mod units;
