//! `thalweg export flink-sql`: the scripts of a design's Flink applications.

use std::path::Path;

use crate::cli::{ExportedSql, FlinkVersion, SqlConnector};
use crate::commands::input;
use crate::design::Design;
use crate::export::flink_sql::{Wanted, script};
use crate::fields::nearest;
use crate::knowledge::Knowledge;
use crate::runtime::{Application, Source, Sources, is_csv};

/// The script of the application that is asked for, or of the only one.
pub(super) fn script_of(
    (design, knowledge): (&Design, &Knowledge),
    found: &[Application],
    arguments: &ExportedSql,
) -> Result<String, String> {
    let application = chosen(design, found, arguments.node.as_deref())?;
    let connector = arguments.connector.map(|connector| match connector {
        SqlConnector::Kinesis => "kinesis",
        SqlConnector::Kafka => "kafka",
        SqlConnector::Filesystem => "filesystem",
        SqlConnector::Datagen => "datagen",
    });
    let version = match arguments.flink_version {
        FlinkVersion::Old => "1.20",
        FlinkVersion::New => "2",
    };
    let wanted = Wanted {
        connector: connector.map(str::to_owned),
        version: version.to_owned(),
        values: arguments.values.iter().cloned().collect(),
    };
    Ok(script(design, knowledge, application, &wanted))
}

fn chosen<'a>(
    design: &Design,
    found: &'a [Application],
    wanted: Option<&str>,
) -> Result<&'a Application, String> {
    let id = |application: &Application| design.nodes[application.node].id.as_str();
    let ids = || found.iter().map(id);
    let listed = || ids().map(|id| format!("`{id}`")).collect::<Vec<String>>().join(", ");
    match (wanted, found) {
        (_, []) => Err("the design has no node with Flink SQL".to_owned()),
        (None, [only]) => Ok(only),
        (None, _) => Err(format!(
            "the design has several nodes with Flink SQL; name one of {} with `--node`",
            listed()
        )),
        (Some(wanted), _) => found.iter().find(|application| id(application) == wanted).ok_or_else(|| {
            let near =
                nearest(wanted, ids()).map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
            format!("`{wanted}` is no node with Flink SQL{near}")
        }),
    }
}

/// The files of producers, which tell the types of columns; one that is standard input is left alone.
pub(super) fn records(design: &Design, place: &Path) -> Result<Sources, String> {
    let mut sources = Sources::default();
    for node in design.nodes.iter().filter(|node| node.service == "producer") {
        let Some(file) = node.settings.text("traffic.records") else { continue };
        let path = place.parent().unwrap_or(Path::new("")).join(file);
        if input::is_standard_input(&path) {
            continue;
        }
        let source = if is_csv(file) {
            Source::Whole(input::records(&path).map_err(|error| error.to_string())?.into())
        } else {
            Source::Stream(input::record_stream(&path).map_err(|error| error.to_string())?.source)
        };
        sources.files.insert(node.id.clone(), source);
    }
    Ok(sources)
}
