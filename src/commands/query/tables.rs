//! The tables of a run: the files of a node, with the columns that their rows have.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

use crate::commands::input;
use crate::design::{Design, Node};
use crate::runtime::sql::{Schema, gather};

/// What lies below a node.
pub(super) struct Stored {
    /// The node's id.
    pub(super) name: String,
    pub(super) schema: Schema,
    /// In the order of their names.
    pub(super) objects: Vec<Object>,
}

/// Takes a row with the line that it stands on.
type Take<'a> = &'a mut dyn FnMut(usize, &[u8]) -> Result<(), String>;

/// A file with rows, one JSON object a line.
pub(super) struct Object {
    pub(super) path: PathBuf,
    /// What the folders say, such as `year=2013`; every row has these as columns.
    pub(super) partition: Vec<(String, String)>,
    /// Its bytes as they lie there, packed where they are.
    pub(super) size: u64,
}

/// Where the rows of a table lie below its node.
#[derive(Debug, Default)]
pub(super) struct Location {
    /// The node's id.
    pub(super) node: String,
    /// What the names of objects begin with; anything where none is said.
    pub(super) prefixes: Vec<String>,
    /// What the names of objects begin with that hold what could not be delivered.
    pub(super) failures: Vec<String>,
}

impl Location {
    /// As the deliveries into the node say it.
    pub(super) fn of(design: &Design, node: usize) -> Self {
        let feeding = design.incoming(node).map(|(_, flow)| &design.nodes[flow.from]);
        let deliveries: Vec<&Node> = feeding.filter(|node| node.service == "firehose").collect();
        let named = |setting: &str| -> Vec<String> {
            let texts = deliveries.iter().filter_map(|node| node.settings.text(setting));
            texts.filter(|text| !text.is_empty()).map(str::to_owned).collect()
        };
        let prefixes = Some(named("prefix")).filter(|prefixes| prefixes.len() == deliveries.len());
        let node = design.nodes[node].id.clone();
        Self { node, prefixes: prefixes.unwrap_or_default(), failures: named("error_prefix") }
    }

    fn holds(&self, name: &str) -> bool {
        let begins = |prefixes: &[String]| prefixes.iter().any(|prefix| name.starts_with(prefix.as_str()));
        (self.prefixes.is_empty() || begins(&self.prefixes)) && !begins(&self.failures)
    }
}

/// Reads what the rows of a table look like. A node where nothing landed has no rows.
pub(super) fn stored(run: &Path, location: &Location) -> Result<Stored, String> {
    let node = &location.node;
    let root = run.join(node);
    let mut stored = Stored { name: node.clone(), schema: Schema::new(), objects: Vec::new() };
    if root.is_dir() {
        gather_objects(&root, &mut Vec::new(), &mut stored.objects)?;
        stored.objects.retain(|object| {
            let name = object.path.strip_prefix(&root).unwrap_or(&object.path);
            location.holds(&name.to_string_lossy().replace('\\', "/"))
        });
    }
    for object in &stored.objects {
        object.each_row(&mut |line, row| {
            let members: Map<String, Value> = serde_json::from_slice(row)
                .map_err(|error| format!("{}:{line}: is no row: {error}", object.path.display()))?;
            members.iter().for_each(|(column, value)| gather(&mut stored.schema, column, value));
            Ok(())
        })?;
    }
    Ok(stored)
}

fn gather_objects(
    folder: &Path,
    partition: &mut Vec<(String, String)>,
    found: &mut Vec<Object>,
) -> Result<(), String> {
    let failed = |error: std::io::Error| format!("{}: {error}", folder.display());
    let entries = fs::read_dir(folder).map_err(failed)?.collect::<Result<Vec<_>, _>>().map_err(failed)?;
    let mut paths: Vec<PathBuf> = entries.into_iter().map(|entry| entry.path()).collect();
    paths.sort();
    for path in paths {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if !path.is_dir() {
            let size = fs::metadata(&path).map_err(failed)?.len();
            found.push(Object { path, partition: partition.clone(), size });
            continue;
        }
        let column = name.split_once('=').map(|(column, value)| (column.to_owned(), value.to_owned()));
        let depth = partition.len();
        partition.extend(column);
        gather_objects(&path, partition, found)?;
        partition.truncate(depth);
    }
    Ok(())
}

impl Object {
    /// Hands over each row with its line; rows have the columns of the folders.
    pub(super) fn each_row(&self, take: Take<'_>) -> Result<(), String> {
        let contents = input::records(&self.path).map_err(|error| error.to_string())?;
        let columns: Map<String, Value> = self
            .partition
            .iter()
            .map(|(column, value)| (column.clone(), Value::from(value.as_str())))
            .collect();
        let columns = if columns.is_empty() { None } else { Some(Value::Object(columns).to_string()) };
        for (line, row) in contents.split(|byte| *byte == b'\n').enumerate() {
            let row = row.trim_ascii();
            if row.is_empty() {
                continue;
            }
            match (&columns, row.strip_prefix(b"{")) {
                (Some(columns), Some(rest)) => {
                    let comma: &[u8] = if rest.trim_ascii_start().starts_with(b"}") { b"" } else { b"," };
                    let joined = [&columns.as_bytes()[..columns.len() - 1], comma, rest].concat();
                    take(line + 1, &joined)?;
                }
                _ => take(line + 1, row)?,
            }
        }
        Ok(())
    }
}
