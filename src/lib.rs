//! Thalweg judges, runs and explains streaming architectures on AWS.
//!
//! This page is the map of the crate. The README is for users.
//!
//! # Bird's-eye view
//!
//! ```text
//! import  template ─import::read→ Reading ─import::build→ Lowered, as if the design had been written by hand
//! check   text ─source::read→ tree ─design::lower→ Design ─analysis→ Analysis ─lint::judge→ [Diagnostic] ─report→ bytes
//! run     Design without errors ─runtime::plan→ Topology ─runtime::simulate(seed, records)→ Outcome ─report→ bytes
//! export  Design without errors ─export::cloudformation→ Template ─export::render→ bytes, or ─export::terraform→ bytes
//! export  Design without errors ─runtime::applications→ [Application] ─export::flink_sql::script→ SQL for Apache Flink
//! study   (State, Event) ─study::update→ (State, effects) ─study::view→ Page ─study::lines→ lines ─tui→ terminal
//! suggest ends, load and requirements ─shapes→ drafts ─lint and its fixes→ designs that hold ─rank→ Answer ─report→ bytes
//! ```
//!
//! Every arrow is one function, every shape one type. What is wrong with the *user's file* is a
//! [`diagnostic::Diagnostic`]; what is wrong with the *machine* is an error of [`commands`]; what goes wrong
//! *inside the simulated world* (a throttle, a poison record) is counted in the outcome of the run.
//!
//! # Layers
//!
//! A module imports only from lower numbers, never from a sibling; `tests/suite/architecture.rs` holds this.
//!
//! | layer | modules | what they know |
//! |---|---|---|
//! | 0 | [`source`], [`units`] | text, spans, the spanned YAML tree; quantities |
//! | 1 | [`diagnostic`], [`expression`] | findings as plain data; the language of conditions |
//! | 2 | [`fields`] | typed reading of mappings, every mistake in one pass |
//! | 3 | [`knowledge`] | cards, facts, integrations, routes between services |
//! | 4 | [`design`] | the typed graph that a file describes |
//! | 5 | [`analysis`] | what flows: how much comes to every node, and whether that keeps what is required |
//! | 5 | [`import`] | infrastructure code, read as a design |
//! | 6 | [`lint`], [`runtime`], [`drawing`] | rules and their engine; the services in virtual time; pictures of the graph |
//! | 7 | [`suggest`], [`export`] | designs that do what is asked for: searched, sized, and proved by the linter; designs as what others deploy |
//! | 7 | [`lambda_runtime`] | functions that are programs: processes that speak the Lambda Runtime API |
//! | 8 | [`scenario`] | what learners are asked, and the proof of the answers |
//! | 9 | [`config`], [`report`], [`json_schema`], [`language_server`], [`cli`] | what a project asks of the linter; what is shown; what can be typed; what editors are told |
//! | 9 | [`study`] | what a learner is asked and when, and what became of it |
//! | 10 | [`tui`] | the app for learners in a terminal |
//! | 11 | [`commands`] | reading files and printing |
//!
//! # Invariants
//!
//! - No number of AWS stands in Rust: limits, defaults, prices and integrations are facts in `rules/`, each with
//!   its source and the day of its last check.
//! - [`runtime`] reads no clock, file, environment or global, and iterates no hash map: the same design, records
//!   and seed give the same bytes.
//! - Only [`report`] and [`commands`] write to the terminal. Rules never handle offsets: the engine knows which
//!   settings a condition compared, and [`design`] knows where they stand.
//! - Starting the binary parses nothing: `build.rs` embeds `rules/` as trees, and a card or rule is restored when
//!   it is first asked for.
//!
//! # A run over virtual time
//!
//! [`runtime::series`] samples counters and latencies between events, never for a record, in at most 600 frames that are
//! twice as far apart whenever the run turns out longer; [`report::page`] plots them, `study` plays them.
//!
//! # Add a service
//!
//! 1. Write `rules/services/ID.yaml`, taking another card as the pattern; every fact cites a source of the card.
//!    Its settings name the properties of CloudFormation that carry them (`AWS::Type.Path.List[].Member=VALUE`, see
//!    [`knowledge::property`]), the unit and the words in which AWS writes them, and where AWS's own models say
//!    something else (`differs`); `tests/aws_models.py` holds all of it against those models.
//! 2. Add the integrations that lead to it to the `sends` of the cards that send.
//! 3. `cargo test knowledge` names every fact without a source, every name that clashes and every id that is unknown.
//! 4. Say in `effects` what happens to records there and on the way (waits, losses, repeats, order), and in the `amount`
//!    of each price how many units a month makes: requirements are judged by them.
//! 5. For a run: write the state machine in `src/runtime/services/ID.rs`, add its arm to the component enum and
//!    to `src/runtime/plan/services.rs`; until then a run of a design with it is refused by name.
//! 6. For an export: say in `rules/deployment.yaml` what roles may do with it and what is watched, and write in
//!    `src/export/cloudformation/` what more than its settings it needs; until then an export refuses it by name. For
//!    Terraform its types stand in `rules/terraform.yaml` with `named` and `ref`; what that cuts otherwise, in
//!    `src/export/terraform/shapes.rs`.
//! 7. Say in `rules/practice.yaml` how a suggested design names it, sets it up and secures it.
//! 8. Add an analytic test to `tests/suite/oracle.rs`: a figure that can be worked out by hand.
//!
//! # Add a rule
//!
//! 1. Write `rules/lints/GROUP/ID.yaml`, taking another rule as the pattern: what it matches, when it is violated;
//!    `let` names what several expressions use, `warns` gives a milder outcome.
//! 2. Give it an example that fires, with `^^^` under the place, and one that passes.
//! 3. `cargo test rules` checks the rule against the cards, runs the examples and shows the rendered finding as a
//!    snapshot to accept with `cargo insta review`.
//! 4. What no condition can say becomes a name in `src/lint/surroundings.rs` that conditions can read, with its type
//!    in `src/lint/scope.rs`.
//!
//! # Packs
//!
//! A pack is a folder with `pack.yaml` (name, version, severities) and, as in `rules/`, `services/ID.yaml`,
//! `lints/GROUP/ID.yaml` and `misconceptions.yaml`; a service file with `extends: ID` adds names and integrations to a
//! service that is there. [`knowledge::pack`] reads one, [`knowledge::Knowledge::with_packs`] and
//! [`lint::Rules::with_packs`] merge it in, and [`lint::examples`] runs the examples of any rule.
//!
//! # Add a resource type
//!
//! 1. Name it among the aliases of its card, or in `nodes` of `rules/templates.yaml`.
//! 2. Say in `edges` there where the ends of its flows stand, and in `actors` by which role its code acts.
//! 3. Say in `rules/terraform.yaml` what Terraform calls it, and which of its arguments are called otherwise than the
//!    properties. `tests/fixtures/terraform/flows` has one of every kind.
//! 4. Add a template to `tests/fixtures/templates` with its `truth`: `thalweg import FILE --against TRUTH` counts.
//!
//! # Add a scenario
//!
//! 1. Write `scenarios/TOPIC/ID.yaml`, taking another scenario as the pattern; the id goes into `scenarios/catalog.yaml`.
//! 2. Each option changes the base into a design of its own and says what is to be proved of it; each cue of the prompt
//!    carries the requirement, the fact or the rule that it asks for, or is marked `noise`.
//! 3. `thalweg scenarios verify ID --dir scenarios` proves it and holds its prose against the rules for it;
//!    `thalweg scenarios show ID --dir scenarios` shows what linter and runtime say of every option.
//! 4. A design that is only to be run lies beside the topics as `scenarios/ID.thalweg.yaml`; its records go to
//!    `scenarios/data/` with their source in its README. `cargo test scenarios` judges it and runs it.
//!
//! # Fuzz
//!
//! `tests/suite/hostile` breaks every kind of file in every test run, and more often with
//! `PROPTEST_CASES=3000 cargo test --test suite hostile`. `fuzz/` drives files the same ways, guided by coverage:
//! `cargo install cargo-fuzz`, then `RUSTC_BOOTSTRAP=1 cargo fuzz run design -- -dict=fuzz/yaml.dict -timeout=10
//! -rss_limit_mb=2048 -max_total_time=600`; the other targets are `pack`, `config` and `editor`. What is found becomes
//! a fixture in `tests/fixtures/hostile`.
//!
//! # Decisions
//!
//! - *Why an own tree over an event parser, and not serde?* serde stops at the first mistake and knows no place of
//!   a key. People want all mistakes at once, at the key (2026-11).
//! - *Why rules as data?* A rule is read by the linter, by `explain` and by its own tests from one file, and a
//!   user's pack can never run code (2026-11).
//! - *Why three outcomes?* A condition over a value that nobody declared is unknown, and unknown is silent: a
//!   linter that guesses is switched off (2026-11).
//! - *Why does a program say in its answer what it sends?* There is no AWS that it could call in a run, and an answer
//!   gives the same run again. `src/runtime/services/answer.rs` says how it is read (2026-11).
//! - *Why virtual time?* A month of records runs in seconds and gives the same bytes every time (2026-11).
//!
//! # What a run does not model
//!
//! Notifications and queries of buckets, channels from streams to buckets, zero-ETL, the envelopes in which services wrap
//! records, resharding, crashes of Flink, tumbling windows of functions, regions and availability zones, network failures
//! between services; of functions that are programs what they send before they fail, copies beside each other, and calls
//! from pipes. Athena and QuickSight look at what has landed, and take no part; `thalweg query`
//! asks Athena and Redshift about the folder of a run, in the SQL that means the same to them and to [`runtime::sql`].

pub mod analysis;
pub mod cli;
pub mod commands;
pub mod config;
pub mod design;
pub mod diagnostic;
pub mod drawing;
pub mod export;
pub mod expression;
pub mod fields;
pub mod import;
pub mod json_schema;
pub mod knowledge;
pub mod lambda_runtime;
pub mod language_server;
pub mod lint;
pub mod report;
pub mod runtime;
pub mod scenario;
pub mod source;
pub mod study;
pub mod suggest;
pub mod tui;
pub mod units;
