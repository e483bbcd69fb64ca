//! How long the app for learners takes from a key to the frame, and to be there at all.

use std::sync::Arc;

use divan::Bencher;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use thalweg::runtime::Inputs;
use thalweg::source::Text;
use thalweg::study::keys::Key;
use thalweg::study::library::{DesignFile, Library};
use thalweg::study::progress::Progress;
use thalweg::study::state::{Effect, Event, Input, Moment, State};
use thalweg::study::{update, work};
use thalweg::tui::{Theme, draw};

/// A design of five nodes, which runs for ten minutes of virtual time.
const DESIGN: &str = "nodes:
  web: {service: producer, traffic: {rate: 4/s, record_size: 400 KiB, key: user, keys: {distinct: 100}}}
  in: {service: kds, shards: 1, encryption: aws-managed}
  count: {service: lambda}
  lake: {service: firehose}
  files: {service: s3}
flows: [web -> in -> count, in -> lake -> files]
";

fn main() {
    divan::main();
}

fn at(ms: u64) -> Moment {
    Moment { ms: 20_000 * 86_400_000 + ms, day: 20_000 }
}

fn start() -> State {
    let text = Arc::new(Text::new("clicks.yaml", DESIGN));
    let design = DesignFile { name: "clicks.yaml".to_owned(), text, inputs: Inputs::new() };
    State::new(Arc::new(Library::embedded(vec![design])), Progress::default(), "bench", 1)
}

/// The state after some keys, with all work done.
fn pressed(mut state: State, keys: &str) -> State {
    for c in keys.chars() {
        let mut inputs = vec![Input::Key(Key::Char(c))];
        while let Some(input) = inputs.pop() {
            let (next, effects) = update(state, Event { at: at(0), input });
            state = next;
            for effect in effects {
                if let Effect::Work(job) = effect {
                    inputs.push(Input::Done(Box::new(work::perform(*job, &state.library))));
                }
            }
        }
    }
    state
}

fn frame(terminal: &mut Terminal<TestBackend>, state: &State) {
    let theme = Theme { color: true, unicode: true };
    terminal.draw(|target| draw(target, state, theme, None)).expect("a test terminal cannot fail");
}

/// From a key to the frame, with a run playing.
#[divan::bench]
fn key_to_frame_of_a_run(bencher: Bencher<'_, '_>) {
    let mut state = pressed(start(), "31r");
    let mut terminal = Terminal::new(TestBackend::new(120, 40)).expect("a test terminal cannot fail");
    let mut now = 0;
    bencher.bench_local(|| {
        now += 66;
        let tick = Event { at: at(now), input: Input::Tick };
        let (next, _) = update(state.clone(), tick);
        let key = Event { at: at(now), input: Input::Key(Key::Char('+')) };
        let (next, _) = update(next, key);
        frame(&mut terminal, &next);
        state = next;
    });
}

/// From nothing to the first page.
#[divan::bench]
fn first_page(bencher: Bencher<'_, '_>) {
    bencher.bench_local(|| {
        let state = start();
        let mut terminal = Terminal::new(TestBackend::new(80, 24)).expect("a test terminal cannot fail");
        frame(&mut terminal, &state);
    });
}
