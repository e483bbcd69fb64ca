//! `thalweg schema`: JSON Schemas for editors.

use crate::cli::{Schema, SchemaSubject};
use crate::commands::Outcome;
use crate::commands::output::{complain, print};
use crate::json_schema;
use crate::knowledge::Knowledge;
use crate::lint::Rules;

/// Prints the schema of what was asked for.
///
/// # Panics
/// Never: a schema is plain data.
#[must_use]
pub fn run(arguments: &Schema) -> Outcome {
    let schema = match arguments.subject {
        SchemaSubject::Design => json_schema::design(&Knowledge::embedded()),
        SchemaSubject::Card => json_schema::card(),
        SchemaSubject::Config => json_schema::config(&Rules::embedded()),
        SchemaSubject::Rule => json_schema::rule(),
        SchemaSubject::Scenario => json_schema::scenario(),
    };
    let text = serde_json::to_string_pretty(&schema).expect("plain data") + "\n";
    match print(&text) {
        Ok(()) => Outcome::Clean,
        Err(error) => {
            complain(error);
            Outcome::Failed
        }
    }
}
