//! Everything that the app knows at an instant, and what can happen to it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::design::Lowered;
use crate::diagnostic::Diagnostic;
use crate::scenario::grade::{Answer, Grade};
use crate::study::keys::{Key, Place};
use crate::study::library::{Library, Wish};
use crate::study::progress::Progress;
use crate::study::question::Question;
use crate::study::recording::Recording;
use crate::study::review::{Mode, Review, Sureness};
use crate::study::schedule::Today;
use crate::study::shuffle::Lot;
use crate::study::sitting::Sitting;

/// The app.
#[derive(Debug, Clone)]
pub struct State {
    /// What there is to study.
    pub library: Arc<Library>,
    /// What the answers so far come to.
    pub progress: Arc<Progress>,
    /// What is to be asked.
    pub wish: Wish,
    /// Whether answers leave the schedule alone.
    pub cram: bool,
    /// The learner's day of the exam, where there is one.
    pub exam_day: Option<u32>,
    /// When the latest event happened.
    pub now: Moment,
    /// Columns and rows of the terminal.
    pub size: (u16, u16),
    /// Whether there are characters beyond ASCII.
    pub unicode: bool,
    /// Whether pages are printed line by line.
    pub plain: bool,
    /// Screens on top of each other; the last one is seen, the first is home.
    pub screens: Vec<Opened>,
    /// Something to tell, until the next key.
    pub notice: Option<String>,
    /// Exams that were begun and not handed in.
    pub sittings: Vec<Sitting>,
    /// Designs of labs as they were edited, by the scenario's id.
    pub labs: BTreeMap<String, String>,
    /// Where orders and seeds come from.
    pub lot: Lot,
    /// Different for every session; ids begin with it.
    pub session: String,
    /// How many ids were given.
    pub given: u32,
}

/// An instant, for a learner.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Moment {
    /// Milliseconds since 1970.
    pub ms: u64,
    /// The learner's day, counted from 1970-01-01.
    pub day: u32,
}

/// A screen with what is marked and seen of it.
#[derive(Debug, Clone)]
pub struct Opened {
    /// The screen.
    pub screen: Screen,
    /// The item that is marked.
    pub focus: usize,
    /// The first line that is seen.
    pub scroll: usize,
    /// Whether what is marked has to be seen.
    pub follows: bool,
    /// Only entries with this in their names are shown.
    pub filter: String,
    /// Whether it is being typed.
    pub typing: bool,
}

/// What is shown.
#[derive(Debug, Clone)]
pub enum Screen {
    /// Where the app starts.
    Home,
    /// Questions, one after the other.
    Quiz(Box<Quiz>),
    /// What can be explored.
    Explore,
    /// All services.
    Services,
    /// The topics of the scenarios.
    Topics,
    /// The scenarios of a topic.
    Topic(String),
    /// A service, by its id.
    Card(String),
    /// A design.
    Design(Box<Drawn>),
    /// A run.
    Run(Box<Watched>),
    /// All labs.
    Labs,
    /// A lab.
    Lab(Box<Lab>),
    /// Exams to sit.
    Exams,
    /// An exam that is being sat; whether all questions are shown.
    Exam(Box<Sitting>, bool),
    /// What became of an exam.
    Report(Box<Report>),
    /// What was missed.
    Missed,
    /// Figures.
    Stats,
    /// All keys.
    Help,
    /// Something to say yes or no to.
    Confirm(Asked),
}

/// What is asked before it is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// Whether to leave an exam for later, and the app too.
    LeaveExam {
        /// Whether the app is left.
        quit: bool,
    },
    /// Whether to hand in an exam.
    HandIn,
    /// Whether to give up what was edited in a lab.
    Restore,
}

/// Questions, one after the other.
#[derive(Debug, Clone)]
pub struct Quiz {
    /// Why they are asked.
    pub mode: Mode,
    /// Whether what is not due comes too.
    pub all: bool,
    /// The question; nothing where all are answered.
    pub question: Option<Asking>,
    /// What was asked so far.
    pub asked: BTreeSet<String>,
    /// How many were right.
    pub right: usize,
    /// How many were answered.
    pub answered: usize,
    /// Scenarios that are asked one after the other, the next one last.
    pub queue: Vec<String>,
    /// Whether only they are asked; else the schedule decides.
    pub is_queue: bool,
}

/// A question while it is asked, and after.
#[derive(Debug, Clone)]
pub struct Asking {
    /// The question with what was taken.
    pub question: Question,
    /// Hints that are shown.
    pub hints: u8,
    /// When it was shown.
    pub since_ms: u64,
    /// How far it is.
    pub stage: Stage,
    /// How sure the learner is.
    pub sure: Option<Sureness>,
}

/// How far a question is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stage {
    /// It waits for an answer.
    Asked,
    /// It waits for how sure the answer is, which took so many milliseconds.
    Sure(u64),
    /// The answer is being judged; it took so many milliseconds.
    Judged(u64),
    /// It was judged.
    Told(Grade),
}

/// A design as it is shown.
#[derive(Debug, Clone)]
pub struct Drawn {
    /// What is run.
    pub subject: Subject,
    /// What was understood.
    pub lowered: Arc<Lowered>,
    /// What there is to say of it.
    pub found: Vec<Diagnostic>,
}

/// A design to run.
#[derive(Debug, Clone)]
pub enum Subject {
    /// A design that the learner named, by its place.
    File(usize),
    /// The design of a scenario's choice, by ids; without a choice the one that all share.
    Choice(String, Option<String>),
    /// The design of a lab as it is edited.
    Lab(String, String),
}

/// A run as it is watched.
#[derive(Debug, Clone)]
pub struct Watched {
    /// What is run.
    pub subject: Subject,
    /// The run, once it is there, or why there is none.
    pub recording: Option<Result<Arc<Recording>, String>>,
    /// Where the play has come to, in microseconds of virtual time.
    pub at_us: u64,
    /// Whether it plays.
    pub plays: bool,
    /// Virtual seconds in a second.
    pub speed: u32,
}

/// A lab.
#[derive(Debug, Clone)]
pub struct Lab {
    /// The scenario's id.
    pub scenario: String,
    /// The design as it is edited.
    pub text: String,
    /// Whether it is edited here, now.
    pub editing: bool,
    /// Hints that are shown.
    pub hints: u8,
    /// When it was opened.
    pub since_ms: u64,
    /// What became of the text that was checked last.
    pub grade: Option<Grade>,
    /// Whether it is being checked.
    pub checking: bool,
    /// Whether it was mended.
    pub done: bool,
}

/// What became of an exam.
#[derive(Debug, Clone)]
pub struct Report {
    /// The exam.
    pub sitting: Sitting,
    /// What became of its questions; nothing while it is judged.
    pub grades: Vec<Option<Grade>>,
}

/// What happens to the app, and when.
#[derive(Debug, Clone)]
pub struct Event {
    /// When.
    pub at: Moment,
    /// What.
    pub input: Input,
}

/// What happens to the app.
#[derive(Debug, Clone)]
pub enum Input {
    /// A key.
    Key(Key),
    /// Something that was typed in a line: numbers of items or words, as [`Key`]s have it for terminals.
    Numbers(Vec<usize>),
    /// The item with this number, from 0, is pointed at and opened.
    Point(usize),
    /// The wheel turned, by so many lines.
    Wheel(isize),
    /// The terminal has another size.
    Size(u16, u16),
    /// Time passed.
    Tick,
    /// What is edited in a lab is this now.
    Edited(String),
    /// Editing is over; the text is to be checked.
    EditDone {
        /// Whether the learner goes on editing.
        stays: bool,
    },
    /// The editor of the system gave this text, or why it did not.
    EditedOutside(Result<String, String>),
    /// Work is done.
    Done(Box<Done>),
    /// An answer is kept, or why it is not.
    Kept(Box<Review>, Option<String>),
}

/// What is to be done for the app.
#[derive(Debug, Clone)]
pub enum Effect {
    /// Work that takes a while; [`work::perform`](crate::study::work::perform) does it.
    Work(Box<Job>),
    /// Keeps an answer.
    Keep(Box<Review>),
    /// Keeps an exam that is going on.
    KeepSitting(Box<Sitting>),
    /// Forgets an exam that was handed in.
    DropSitting(String),
    /// Keeps the design of a lab as it is edited; without a text it is forgotten.
    KeepLab(String, Option<String>),
    /// Opens the editor of the system with this text of the lab of this scenario.
    EditOutside(String, String),
    /// Ends the app.
    Quit,
}

/// Work that takes a while.
#[derive(Debug, Clone)]
pub enum Job {
    /// Judges the answer to a scenario.
    Grade {
        /// The scenario's id.
        scenario: String,
        /// The answer; nothing counts as wrong.
        answer: Option<Answer>,
        /// The place in an exam; nothing elsewhere.
        place: Option<usize>,
    },
    /// Runs a design.
    Run(Subject),
}

/// What came of work.
#[derive(Debug, Clone)]
pub enum Done {
    /// An answer is judged.
    Graded {
        /// The scenario's id.
        scenario: String,
        /// The place in an exam; nothing elsewhere.
        place: Option<usize>,
        /// What became of it.
        grade: Grade,
    },
    /// A run is over, or why there was none.
    Ran(Result<Arc<Recording>, String>),
}

impl Opened {
    /// A screen as it is first seen.
    #[must_use]
    pub fn new(screen: Screen) -> Self {
        Self { screen, focus: 0, scroll: 0, follows: true, filter: String::new(), typing: false }
    }
}

impl State {
    /// The app at its start, at home.
    #[must_use]
    pub fn new(library: Arc<Library>, progress: Progress, session: &str, seed: u64) -> Self {
        Self {
            library,
            progress: Arc::new(progress),
            wish: Wish::default(),
            cram: false,
            exam_day: None,
            now: Moment::default(),
            size: (80, 24),
            unicode: true,
            plain: false,
            screens: vec![Opened::new(Screen::Home)],
            notice: None,
            sittings: Vec::new(),
            labs: BTreeMap::new(),
            lot: Lot::seeded(seed),
            session: session.to_owned(),
            given: 0,
        }
    }

    /// The screen that is seen.
    ///
    /// # Panics
    /// Never: home is never closed.
    #[must_use]
    pub fn top(&self) -> &Opened {
        self.screens.last().expect("home is never closed")
    }

    /// The same, to change it.
    ///
    /// # Panics
    /// Never: home is never closed.
    pub fn top_mut(&mut self) -> &mut Opened {
        self.screens.last_mut().expect("home is never closed")
    }

    /// Today, and how many days are left.
    #[must_use]
    pub fn today(&self) -> Today {
        let to_exam = self.exam_day.and_then(|day| day.checked_sub(self.now.day));
        Today { day: self.now.day, to_exam }
    }

    /// An id that no other has.
    pub fn fresh_id(&mut self) -> String {
        self.given += 1;
        format!("{}-{}", self.session, self.given)
    }

    /// What keys mean on the screen that is seen.
    #[must_use]
    pub fn place(&self) -> Place {
        let top = self.top();
        match &top.screen {
            _ if top.typing => Place::Typing,
            Screen::Home
            | Screen::Explore
            | Screen::Services
            | Screen::Topics
            | Screen::Topic(_)
            | Screen::Card(_)
            | Screen::Labs
            | Screen::Exams
            | Screen::Report(_)
            | Screen::Missed => Place::List,
            Screen::Quiz(quiz) => match quiz.question.as_ref().map(|asking| &asking.stage) {
                None => Place::List,
                Some(Stage::Asked) => Place::Ask,
                Some(Stage::Sure(_)) => Place::Sure,
                Some(Stage::Judged(_)) => Place::Text,
                Some(Stage::Told(_)) => Place::Told,
            },
            Screen::Design(_) => Place::Design,
            Screen::Run(_) => Place::Run,
            Screen::Lab(_) => Place::Lab,
            Screen::Exam(_, false) => Place::Exam,
            Screen::Exam(_, true) => Place::Grid,
            Screen::Stats | Screen::Help => Place::Text,
            Screen::Confirm(_) => Place::Confirm,
        }
    }
}
