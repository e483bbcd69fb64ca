//! What keys do: one table, which dispatch, the line of keys at the foot, the help page and the documentation read.

/// A key, as terminals tell them apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Key {
    /// A character, with shift where that makes another one.
    Char(char),
    /// A letter with Ctrl.
    Ctrl(char),
    /// Enter.
    Enter,
    /// Escape.
    Esc,
    /// Tab.
    Tab,
    /// Backspace.
    Backspace,
    /// The arrow up.
    Up,
    /// The arrow down.
    Down,
    /// The arrow to the left.
    Left,
    /// The arrow to the right.
    Right,
    /// The arrow up with Alt.
    AltUp,
    /// The arrow down with Alt.
    AltDown,
    /// A page up.
    PageUp,
    /// A page down.
    PageDown,
    /// To the start.
    Home,
    /// To the end.
    End,
}

impl Key {
    /// The key's name on screens.
    #[must_use]
    pub fn name(self) -> String {
        match self {
            Self::Char(' ') => "space".to_owned(),
            Self::Char(c) => c.to_string(),
            Self::Ctrl(c) => format!("ctrl-{c}"),
            Self::Enter => "enter".to_owned(),
            Self::Esc => "esc".to_owned(),
            Self::Tab => "tab".to_owned(),
            Self::Backspace => "backspace".to_owned(),
            Self::Up => "up".to_owned(),
            Self::Down => "down".to_owned(),
            Self::Left => "left".to_owned(),
            Self::Right => "right".to_owned(),
            Self::AltUp => "alt-up".to_owned(),
            Self::AltDown => "alt-down".to_owned(),
            Self::PageUp => "page-up".to_owned(),
            Self::PageDown => "page-down".to_owned(),
            Self::Home => "home".to_owned(),
            Self::End => "end".to_owned(),
        }
    }
}

/// What a key asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Command {
    /// To the item before.
    Up,
    /// To the item after.
    Down,
    /// The choice before, within an item.
    Left,
    /// The choice after, within an item.
    Right,
    /// A page up.
    PageUp,
    /// A page down.
    PageDown,
    /// To the start.
    First,
    /// To the end.
    Last,
    /// The item with the number of the key.
    Pick,
    /// Takes an option, or takes it back.
    Toggle,
    /// Moves an item up.
    Raise,
    /// Moves an item down.
    Lower,
    /// Opens, answers, goes on.
    Enter,
    /// The next question.
    Next,
    /// The question before.
    Previous,
    /// Marks a question for later.
    Flag,
    /// All questions of an exam.
    Grid,
    /// A hint.
    Hint,
    /// Runs the design.
    Run,
    /// Opens the design.
    Design,
    /// Edits here.
    Edit,
    /// Edits in the editor of the system.
    EditOutside,
    /// Back to the design as it was given.
    Restore,
    /// Looks for a name.
    Filter,
    /// Plays or pauses.
    Play,
    /// Twice as fast.
    Faster,
    /// Half as fast.
    Slower,
    /// All keys.
    Help,
    /// Back to where one came from.
    Back,
    /// Leaves; asks first where something is going on.
    Quit,
    /// Leaves at once.
    Leave,
    /// Yes.
    Yes,
    /// No.
    No,
}

/// Where keys mean something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// A list of things to open.
    List,
    /// A question that is asked.
    Ask,
    /// How sure the answer is.
    Sure,
    /// A question that was answered.
    Told,
    /// A question of an exam.
    Exam,
    /// All questions of an exam.
    Grid,
    /// A design.
    Design,
    /// A run.
    Run,
    /// A lab.
    Lab,
    /// Yes or no.
    Confirm,
    /// A name is typed.
    Typing,
    /// Text to read.
    Text,
}

impl Place {
    /// All places with what they are called, in the order of the help page.
    pub const ALL: [(Self, &'static str); 12] = [
        (Self::List, "Lists"),
        (Self::Ask, "Questions"),
        (Self::Sure, "How sure you are"),
        (Self::Told, "Answers"),
        (Self::Exam, "Exams"),
        (Self::Grid, "All questions of an exam"),
        (Self::Design, "Designs"),
        (Self::Run, "Runs"),
        (Self::Lab, "Labs"),
        (Self::Confirm, "Yes or no"),
        (Self::Typing, "Names"),
        (Self::Text, "Text"),
    ];
}

/// What some keys ask for in some places.
#[derive(Debug, Clone, Copy)]
pub struct Binding {
    /// What they ask for.
    pub command: Command,
    /// The keys; the first is the one that the line at the foot shows.
    pub keys: &'static [Key],
    /// Where.
    pub places: &'static [Place],
    /// A word for the line at the foot; empty where it is not shown there.
    pub short: &'static str,
    /// What they do, for the help page.
    pub about: &'static str,
}

use Key::{AltDown, AltUp, Char, Ctrl, Down, End, Enter, Esc, Home, Left, PageDown, PageUp, Right, Tab, Up};
use Place::{Ask, Confirm, Design, Exam, Grid, Lab, List, Run, Sure, Text, Told, Typing};

const NUMBERS: &[Key] =
    &[Char('1'), Char('2'), Char('3'), Char('4'), Char('5'), Char('6'), Char('7'), Char('8'), Char('9')];
const READING: &[Place] = &[List, Ask, Told, Exam, Grid, Design, Run, Lab, Text];

const fn binding(
    command: Command,
    keys: &'static [Key],
    places: &'static [Place],
    short: &'static str,
    about: &'static str,
) -> Binding {
    Binding { command, keys, places, short, about }
}

/// The table. The line at the foot keeps its order.
pub const TABLE: &[Binding] = &[
    binding(Command::Enter, &[Enter], &[List, Design, Grid], "open", "opens what is marked"),
    binding(Command::Enter, &[Enter], &[Ask], "answer", "answers with what is taken, or with what is marked"),
    binding(Command::Enter, &[Enter], &[Exam], "take, go on", "takes what is marked and goes on"),
    binding(Command::Enter, &[Enter], &[Sure], "likely", "says that the answer is likely"),
    binding(Command::Next, &[Enter, Char('n')], &[Told], "next", "goes on to the next question"),
    binding(Command::Enter, &[Enter], &[Lab], "check", "checks and runs the design as it is"),
    binding(Command::Enter, &[Enter], &[Typing], "done", "keeps the names that fit"),
    binding(Command::Pick, NUMBERS, &[List, Ask, Exam, Grid, Design], "", "the item with this number"),
    binding(Command::Pick, NUMBERS, &[Sure], "guess, likely, sure", "1 a guess, 2 likely, 3 sure"),
    binding(Command::Toggle, &[Char(' ')], &[Ask, Exam], "take", "takes an option, or takes it back"),
    binding(
        Command::Raise,
        &[Char('K'), AltUp],
        &[Ask, Exam],
        "",
        "moves an item up, where an order is asked for",
    ),
    binding(
        Command::Lower,
        &[Char('J'), AltDown],
        &[Ask, Exam],
        "",
        "moves an item down, where an order is asked for",
    ),
    binding(Command::Left, &[Left, Char('h')], &[Ask, Exam], "", "the words before, where words are matched"),
    binding(
        Command::Right,
        &[Right, Char('l')],
        &[Ask, Exam],
        "",
        "the words after, where words are matched",
    ),
    binding(Command::Hint, &[Char('H')], &[Ask, Lab], "hint", "shows a hint"),
    binding(
        Command::Edit,
        &[Char('e')],
        &[Lab],
        "edit",
        "edits the design here; ctrl-s checks it, esc is done",
    ),
    binding(
        Command::EditOutside,
        &[Char('o')],
        &[Lab],
        "$EDITOR",
        "edits the design in the editor that EDITOR names",
    ),
    binding(Command::Restore, &[Char('u')], &[Lab], "undo all", "takes the design back to what was given"),
    binding(Command::Design, &[Char('g')], &[Told, Lab], "design", "draws the design of what is marked"),
    binding(Command::Run, &[Char('r')], &[Told, Design, Lab], "run", "runs the design, to watch it"),
    binding(Command::Play, &[Char(' ')], &[Run], "play", "plays or pauses"),
    binding(Command::Left, &[Left, Char('h')], &[Run], "step", "a step back"),
    binding(Command::Right, &[Right, Char('l')], &[Run], "", "a step on"),
    binding(Command::Faster, &[Char('+'), Char('=')], &[Run], "faster", "twice as fast"),
    binding(Command::Slower, &[Char('-')], &[Run], "slower", "half as fast"),
    binding(Command::Next, &[Char('n')], &[Exam], "next", "the next question"),
    binding(Command::Previous, &[Char('p')], &[Exam], "", "the question before"),
    binding(Command::Flag, &[Char('f')], &[Exam], "flag", "marks a question for later"),
    binding(Command::Grid, &[Char('g'), Tab], &[Exam], "all", "shows all questions, and hands in"),
    binding(Command::Filter, &[Char('/')], &[List], "find", "shows only what has a word in its name"),
    binding(Command::Yes, &[Char('y'), Enter], &[Confirm], "yes", "yes"),
    binding(Command::No, &[Char('n'), Esc], &[Confirm], "no", "no"),
    binding(Command::Up, &[Up, Char('k')], READING, "", "to the item or line before"),
    binding(Command::Down, &[Down, Char('j')], READING, "", "to the item or line after"),
    binding(Command::PageUp, &[PageUp, Ctrl('b'), Ctrl('u')], READING, "", "a page up"),
    binding(Command::PageDown, &[PageDown, Ctrl('f'), Ctrl('d')], READING, "", "a page down"),
    binding(Command::First, &[Home], READING, "", "to the start"),
    binding(Command::Last, &[End, Char('G')], READING, "", "to the end"),
    binding(Command::Back, &[Esc, Key::Backspace], READING, "back", "back to where you came from"),
    binding(Command::Back, &[Esc], &[Sure, Typing], "back", "back without it"),
    binding(Command::Help, &[Char('?')], READING, "keys", "all keys"),
    binding(Command::Quit, &[Char('q')], READING, "quit", "leaves; an exam that is going on is kept"),
    binding(
        Command::Leave,
        &[Ctrl('c')],
        &[List, Ask, Sure, Told, Exam, Grid, Design, Run, Lab, Confirm, Typing, Text],
        "",
        "leaves at once",
    ),
];

/// What a key asks for in a place.
#[must_use]
pub fn command(place: Place, key: Key) -> Option<Command> {
    bindings(place).find(|binding| binding.keys.contains(&key)).map(|binding| binding.command)
}

/// The bindings of a place, in the order of the table.
pub fn bindings(place: Place) -> impl Iterator<Item = &'static Binding> {
    TABLE.iter().filter(move |binding| binding.places.contains(&place))
}
