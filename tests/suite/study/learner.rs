//! Somebody who studies: presses keys, sees screens, and gets all work done at once.

use std::path::Path;
use std::sync::Arc;

use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;
use ratatui::style::{Color, Modifier};
use thalweg::knowledge::Knowledge;
use thalweg::lint::Rules;
use thalweg::runtime::Inputs;
use thalweg::scenario::catalog::{Catalog, ScenarioFile};
use thalweg::source::Text;
use thalweg::study::keys::Key;
use thalweg::study::library::{DesignFile, Library};
use thalweg::study::progress::Progress;
use thalweg::study::review::Review;
use thalweg::study::sitting::Sitting;
use thalweg::study::state::{Effect, Event, Input, Moment, State};
use thalweg::study::{plain, update, work};
use thalweg::tui::{Theme, draw};

/// The scenarios of the fixtures, and one design.
pub(super) fn library() -> Arc<Library> {
    static LIBRARY: std::sync::OnceLock<Arc<Library>> = std::sync::OnceLock::new();
    Arc::clone(LIBRARY.get_or_init(read))
}

fn read() -> Arc<Library> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/suite/study/fixtures");
    let names = ["catalog.yaml", "streams/cheapest.yaml", "streams/mend.yaml", "streams/readers.yaml"];
    let names = names.into_iter().chain(["streams/shard.yaml", "streams/table.yaml", "streams/words.yaml"]);
    let files: Vec<ScenarioFile> = names
        .map(|path| ScenarioFile {
            path: path.to_owned(),
            text: Arc::new(Text::new(path, std::fs::read_to_string(folder.join(path)).unwrap())),
        })
        .collect();
    let (catalog, mistakes) = Catalog::of_files(&files);
    assert!(mistakes.is_empty(), "{mistakes:?}");
    assert_eq!(catalog.all().count(), 6, "every scenario is whole");
    let design = "name: clicks\nnodes:\n  web: {service: producer, traffic: {rate: 4/s, record_size: 400 KiB, key: user, keys: {distinct: 100}}}\n  in: {service: kds, shards: 1, encryption: aws-managed}\n  count: {service: lambda}\n  lake: {service: firehose}\n  files: {service: s3}\nflows: [web -> in -> count, in -> lake -> files]\n";
    let text = Arc::new(Text::new("clicks.yaml", design));
    let designs = vec![DesignFile { name: "clicks.yaml".to_owned(), text, inputs: Inputs::new() }];
    Arc::new(Library { catalog, knowledge: Knowledge::embedded(), rules: Rules::embedded(), designs })
}

/// The app with somebody in front of it.
pub(super) struct Learner {
    pub(super) state: State,
    /// Answers that were kept.
    pub(super) kept: Vec<Review>,
    /// The exam as it was kept last.
    pub(super) sitting: Option<Sitting>,
    /// Whether the app was left.
    pub(super) has_left: bool,
    pub(super) now: Moment,
}

impl Learner {
    pub(super) fn new() -> Self {
        Self::with(Progress::default())
    }

    pub(super) fn with(progress: Progress) -> Self {
        let mut state = State::new(library(), progress, "session", 1);
        let now = Moment { ms: 20_000 * 86_400_000, day: 20_000 };
        state.now = now;
        Self { state, kept: Vec::new(), sitting: None, has_left: false, now }
    }

    /// Lets something happen, and does all work that follows.
    pub(super) fn happen(&mut self, input: Input) {
        let mut inputs = vec![input];
        while let Some(input) = inputs.pop() {
            let (state, effects) = update(self.state.clone(), Event { at: self.now, input });
            self.state = state;
            for effect in effects {
                match effect {
                    Effect::Work(job) => {
                        let done = work::perform(*job, &self.state.library);
                        inputs.insert(0, Input::Done(Box::new(done)));
                    }
                    Effect::Keep(review) => {
                        self.kept.push((*review).clone());
                        inputs.insert(0, Input::Kept(review, None));
                    }
                    Effect::KeepSitting(sitting) => self.sitting = Some(*sitting),
                    Effect::DropSitting(_) => self.sitting = None,
                    Effect::KeepLab(..) | Effect::EditOutside(..) => {}
                    Effect::Quit => self.has_left = true,
                }
            }
        }
    }

    pub(super) fn press(&mut self, key: Key) {
        self.happen(Input::Key(key));
    }

    /// Presses one key after the other: characters as they are, `\n` is enter and `\u{1b}` escape.
    pub(super) fn keys(&mut self, keys: &str) -> &mut Self {
        for c in keys.chars() {
            self.press(match c {
                '\n' => Key::Enter,
                '\u{1b}' => Key::Esc,
                c => Key::Char(c),
            });
        }
        self
    }

    /// Time passes.
    pub(super) fn wait(&mut self, ms: u64) -> &mut Self {
        self.now.ms += ms;
        self.happen(Input::Tick);
        self
    }

    /// Takes the option with this id of the question that is seen, by its number.
    pub(super) fn number_of(&self, choice: &str) -> usize {
        use thalweg::study::state::Screen;
        let question = match &self.state.top().screen {
            Screen::Quiz(quiz) => &quiz.question.as_ref().unwrap().question,
            Screen::Exam(sitting, _) => &sitting.questions[sitting.at],
            other => panic!("no question: {other:?}"),
        };
        let scenario = self.state.library.catalog.get(&question.scenario).unwrap();
        question.shown(scenario).iter().position(|shown| shown.id == choice).unwrap() + 1
    }

    /// Asks a scenario of the fixtures.
    pub(super) fn ask(id: &str) -> Self {
        let mut learner = Self::new();
        learner.keys("33");
        learner.happen(Input::Numbers(vec![1]));
        let place = learner.state.library.catalog.all().position(|scenario| scenario.id == id).unwrap();
        learner.happen(Input::Numbers(vec![place + 1]));
        learner
    }

    /// The page line by line.
    pub(super) fn plain(&mut self) -> String {
        let mut state = self.state.clone();
        (state.plain, state.unicode) = (true, false);
        plain::print(&state)
    }

    /// What the terminal shows.
    pub(super) fn buffer(&self, (width, height): (u16, u16), color: bool) -> Buffer {
        let mut state = self.state.clone();
        state.size = (width, height);
        let theme = Theme { color, unicode: state.unicode };
        let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
        terminal.draw(|target| draw(target, &state, theme, None)).unwrap();
        terminal.backend().buffer().clone()
    }

    /// Text and styles of the terminal.
    pub(super) fn screen(&mut self, width: u16, height: u16) -> String {
        self.happen(Input::Size(width, height));
        let buffer = self.buffer((width, height), true);
        let mut text = rows(&buffer).join("\n");
        text.push_str("\n-- styles: row, columns, look\n");
        for row in 0..height {
            let mut runs: Vec<(u16, u16, String)> = Vec::new();
            for column in 0..width {
                let cell = &buffer[(column, row)];
                let look = look(cell.fg, cell.modifier);
                match runs.last_mut().filter(|(_, end, last)| *last == look && *end + 1 == column) {
                    Some(run) => run.1 = column,
                    None => runs.push((column, column, look)),
                }
            }
            let runs: Vec<String> = runs
                .into_iter()
                .filter(|(.., look)| !look.is_empty())
                .map(|(start, end, look)| format!("{start}-{end} {look}"))
                .collect();
            if !runs.is_empty() {
                text.extend([&row.to_string(), ": ", &runs.join(", "), "\n"]);
            }
        }
        text
    }
}

/// The rows of a buffer without spaces at their ends.
pub(super) fn rows(buffer: &Buffer) -> Vec<String> {
    let area = buffer.area;
    (0..area.height)
        .map(|row| {
            let text: String = (0..area.width).map(|column| buffer[(column, row)].symbol()).collect();
            text.trim_end().to_owned()
        })
        .collect()
}

fn look(color: Color, modifier: Modifier) -> String {
    let mut words = Vec::new();
    if color != Color::Reset {
        words.push(format!("{color:?}").to_lowercase());
    }
    for (flag, word) in [(Modifier::BOLD, "bold"), (Modifier::DIM, "dim"), (Modifier::REVERSED, "reversed")] {
        if modifier.contains(flag) {
            words.push(word.to_owned());
        }
    }
    words.join("+")
}
