//! `thalweg lsp`: the language server, over standard input and output.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use lsp_server::Connection;

use crate::cli::Policy;
use crate::commands::Outcome;
use crate::commands::check::governing::{Asked, Governed, Search};
use crate::commands::check::judge;
use crate::commands::check::watch::{Stamps, stamps};
use crate::commands::output::complain;
use crate::design::Lowered;
use crate::diagnostic::Diagnostic;
use crate::knowledge::Knowledge;
use crate::language_server::{Judge, Judges, Server};
use crate::lint::Rules;
use crate::source::Text;

/// Answers until the editor says `exit` or goes away.
#[must_use]
pub fn run() -> Outcome {
    let (connection, threads) = Connection::stdio();
    let mut server = server();
    'talk: for message in &connection.receiver {
        for answer in server.receive(message) {
            if connection.sender.send(answer).is_err() {
                break 'talk;
            }
        }
        if server.ended().is_some() {
            break;
        }
    }
    drop(connection);
    if let Err(error) = threads.join() {
        complain(format_args!("the connection to the editor broke: {error}"));
        return Outcome::Failed;
    }
    match server.ended() {
        Some(true) => Outcome::Clean,
        // The protocol asks for exit code 1 where `exit` comes without `shutdown`.
        Some(false) => Outcome::Findings,
        None => Outcome::Failed,
    }
}

/// A server that judges each file by the config above it, as `thalweg check` does.
#[must_use]
pub fn server() -> Server {
    Server::new(Box::<Configs>::default())
}

/// What was read of the disk, by the place of the config; the absence of one is a place too.
#[derive(Default)]
struct Configs {
    read: BTreeMap<Option<PathBuf>, (Stamps, Arc<Governed>)>,
}

impl Judges for Configs {
    fn judge_of(&mut self, file: Option<&Path>, advice: bool) -> (Arc<dyn Judge>, Option<String>) {
        let policy = Policy::default();
        let asked = Asked { policy: &policy, advice, pedantic: false, fail_on: None };
        let place = file.and_then(|file| Search::new(&policy).config_of(&file.to_string_lossy()));
        match self.governed(place, asked) {
            Ok(governed) => (governed, None),
            Err(wrong) => {
                let wrong = format!("{wrong}\nUntil this is mended, designs are judged as without a config.");
                let plain = self.governed(None, asked).expect("what is embedded has no mistakes");
                (plain, Some(wrong))
            }
        }
    }

    fn forget(&mut self) {
        self.read.clear();
    }
}

impl Configs {
    /// What a config makes of designs: as it was read, unless a file that it was read from looks different now.
    fn governed(&mut self, place: Option<PathBuf>, asked: Asked<'_>) -> Result<Arc<Governed>, String> {
        if let Some((seen, governed)) = self.read.get(&place)
            && *seen == stamps(&governed.places())
        {
            return Ok(Arc::clone(governed));
        }
        let governed = Governed::read(place.as_deref(), asked).map_err(|refusal| refusal.lines())?;
        let governed = Arc::new(governed);
        self.read.insert(place, (stamps(&governed.places()), Arc::clone(&governed)));
        Ok(governed)
    }
}

impl Judge for Governed {
    fn knowledge(&self) -> &Knowledge {
        &self.base.knowledge
    }

    fn rules(&self) -> &Rules {
        &self.base.rules
    }

    fn findings(&self, text: &Arc<Text>, lowered: &Lowered) -> Vec<Diagnostic> {
        judge::by(text, lowered, self, &self.selection(text.name(), None)).findings
    }
}
