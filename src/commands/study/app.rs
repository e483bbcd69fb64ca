//! Drives the app: hands it events, carries out its effects, and shows it in a terminal or line by line.

mod lines;
mod terminal;

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher as _, Hasher as _};
use std::io::IsTerminal as _;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, Sender};

use bytes::Bytes;

use crate::cli::Study;
use crate::commands::study::clock;
use crate::commands::study::editor;
use crate::commands::study::keeper::{Keeper, Settings};
use crate::commands::study::store::Store;
use crate::commands::{Outcome, input};
use crate::design::{self, Design};
use crate::fields::{listed, nearest};
use crate::knowledge::Knowledge;
use crate::report::look::Look;
use crate::runtime::Inputs;
use crate::study::library::{DesignFile, Library, Wish};
use crate::study::progress::Progress;
use crate::study::state::{Done, Effect, Event, Input, Job, State};
use crate::study::{update, work};

/// Opens the app and stays until it is left.
pub(super) fn open(arguments: &Study, store: Store, look: Look) -> Result<Outcome, String> {
    let plain =
        arguments.plain || is_dumb() || !std::io::stdout().is_terminal() || !std::io::stdin().is_terminal();
    let mut driver = Driver::new(arguments, store)?;
    driver.state.plain = plain;
    driver.state.unicode = look.unicode && !arguments.ascii && !plain;
    if plain {
        lines::run(&mut driver)?;
    } else {
        terminal::run(&mut driver, !arguments.no_mouse, look.color)?;
    }
    Ok(Outcome::Clean)
}

/// Whether the terminal says of itself that it cannot move the cursor.
#[expect(clippy::disallowed_methods, reason = "terminals are named by the environment")]
fn is_dumb() -> bool {
    std::env::var("TERM").is_ok_and(|name| name == "dumb")
}

/// The app with what carries out its effects.
struct Driver {
    state: State,
    store: Store,
    keeper: Keeper,
    work: Sender<Job>,
    done: Receiver<Done>,
    /// Work that is not done yet.
    pending: usize,
    /// The lab to open the editor of the system for, with its text.
    to_edit: Option<(String, String)>,
    has_ended: bool,
}

impl Driver {
    fn new(arguments: &Study, store: Store) -> Result<Self, String> {
        let library = Arc::new(Library::embedded(designs(arguments)?));
        let mut keeper = Keeper::of(store.folder());
        let settings = self::settings(arguments, &library, &keeper)?;
        let kept = store.read().map_err(|error| error.to_string())?;
        let lot = RandomState::new().build_hasher().finish();
        let seed = arguments.seed.unwrap_or(lot);
        let mut state =
            State::new(Arc::clone(&library), Progress::of(&kept.reviews), &format!("{lot:016x}"), seed);
        state.now = clock::now();
        state.wish = Wish { exam: settings.exam, topic: topic(arguments, &library)? };
        state.exam_day = settings.exam_date.map(clock::day);
        state.cram = arguments.cram;
        state.sittings = keeper.sittings();
        state.labs = keeper.labs();
        if kept.strange > 0 {
            state.notice = Some(format!("{} lines of the progress are none of this version's", kept.strange));
        }
        let (work, done) = worker(library);
        Ok(Self { state, store, keeper, work, done, pending: 0, to_edit: None, has_ended: false })
    }

    /// Lets something happen, and carries out what follows from it.
    fn happen(&mut self, input: Input) {
        let mut inputs = vec![input];
        while let Some(input) = inputs.pop() {
            let event = Event { at: clock::now(), input };
            let (state, effects) = update(self.state.clone(), event);
            self.state = state;
            for effect in effects {
                if let Err(error) = self.carry_out(effect, &mut inputs) {
                    self.state.notice = Some(error);
                }
            }
        }
    }

    fn carry_out(&mut self, effect: Effect, inputs: &mut Vec<Input>) -> Result<(), String> {
        let said = |error: std::io::Error| error.to_string();
        match effect {
            Effect::Work(job) => {
                self.work.send(*job).map_err(|_| "nothing can be proved any more; start anew".to_owned())?;
                self.pending += 1;
            }
            Effect::Keep(review) => {
                let failed = self.store.append(std::slice::from_ref(&review)).err().map(said);
                inputs.push(Input::Kept(review, failed));
            }
            Effect::KeepSitting(sitting) => self.keeper.keep_sitting(&sitting).map_err(said)?,
            Effect::DropSitting(id) => self.keeper.drop_sitting(&id).map_err(said)?,
            Effect::KeepLab(id, text) => self.keeper.keep_lab(&id, text.as_deref()).map_err(said)?,
            Effect::EditOutside(id, text) => self.to_edit = Some((id, text)),
            Effect::Quit => self.has_ended = true,
        }
        Ok(())
    }

    /// Opens the editor of the system, where that was asked for.
    fn edit_outside(&mut self) -> Option<Input> {
        let (id, text) = self.to_edit.take()?;
        Some(Input::EditedOutside(editor::edit(&self.keeper.lab(&id), &text)))
    }
}

/// Does work beside the screen, piece by piece.
fn worker(library: Arc<Library>) -> (Sender<Job>, Receiver<Done>) {
    let (work, jobs) = mpsc::channel::<Job>();
    let (report, done) = mpsc::channel();
    std::thread::spawn(move || {
        for job in jobs {
            if report.send(work::perform(job, &library)).is_err() {
                break;
            }
        }
    });
    (work, done)
}

/// The designs that were named, with the records of their producers.
fn designs(arguments: &Study) -> Result<Vec<DesignFile>, String> {
    let knowledge = Knowledge::embedded();
    let read = |path: &Path| -> Result<DesignFile, String> {
        let text = input::design(path).map_err(|error| error.to_string())?;
        let lowered = design::lower(Arc::clone(&text), &knowledge);
        let inputs = lowered.design.as_ref().map(|design| inputs(design, path)).transpose()?;
        Ok(DesignFile { name: path.display().to_string(), text, inputs: inputs.unwrap_or_default() })
    };
    arguments.designs.iter().map(|path| read(path)).collect()
}

/// The records of every producer; paths count from the design's folder.
fn inputs(design: &Design, path: &Path) -> Result<Inputs, String> {
    let folder = path.parent().unwrap_or(Path::new(""));
    let mut inputs = Inputs::new();
    for node in design.nodes.iter().filter(|node| node.service == "producer") {
        if let Some(file) = node.settings.text("traffic.records") {
            let bytes = input::records(&folder.join(file)).map_err(|error| error.to_string())?;
            inputs.insert(node.id.clone(), Bytes::from(bytes));
        }
    }
    Ok(inputs)
}

/// The exam and its day: what is named now is remembered with the day, and what is not named is as it was told once.
fn settings(arguments: &Study, library: &Library, keeper: &Keeper) -> Result<Settings, String> {
    let mut settings = keeper.settings();
    if let Some(name) = &arguments.exam {
        let exam = library.exam(name).ok_or_else(|| {
            let codes = library.catalog.index.exams.iter().map(|exam| exam.code.as_str());
            format!("no exam is called `{name}`; there are {}", listed(codes))
        })?;
        settings.exam = Some(exam.code.clone());
    }
    if let Some(date) = arguments.exam_date {
        settings.exam_date = Some(date);
        keeper.keep_settings(&settings).map_err(|error| error.to_string())?;
    }
    Ok(settings)
}

fn topic(arguments: &Study, library: &Library) -> Result<Option<String>, String> {
    let Some(name) = &arguments.topic else { return Ok(None) };
    let ids = || library.catalog.index.topics.iter().map(|topic| topic.id.as_str());
    if ids().any(|id| id == name) {
        return Ok(Some(name.clone()));
    }
    Err(match nearest(name, ids()) {
        Some(near) => format!("no topic is called `{name}`; did you mean `{near}`?"),
        None => format!("no topic is called `{name}`; there are {}", listed(ids())),
    })
}
