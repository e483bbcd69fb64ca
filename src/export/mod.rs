//! Gives designs back as what others deploy.
//!
//! A design becomes a [`template::Template`]: its nodes are resources with the settings that the cards translate, its
//! flows are what wires these, and every role may do what its flows need and nothing else. What a design leaves open
//! is a parameter without a default; nothing is made up. A configuration of Terraform is made of the same template.

pub mod cloudformation;
pub mod flink_sql;
mod intent;
pub mod template;
pub mod terraform;
mod yaml;

pub use crate::export::yaml::render;
