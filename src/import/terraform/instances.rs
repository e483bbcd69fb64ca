//! Modules as they are called, and what their names stand for: variables, locals, outputs, calls and resources.
//!
//! Everything is worked out when it is first asked for and kept. What leads back to itself is unknown.

use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use crate::import::terraform::evaluate::{Address, Evaluator, Scope, unknown};
use crate::import::terraform::module::Module;
use crate::import::terraform::operators::as_number;
use crate::import::terraform::syntax::{Argument, Block};
use crate::import::terraform::types;
use crate::import::value::{Member, Value, What};
use crate::source::Span;

/// How many modules are called at the most, all calls counted.
const MOST_CALLS: usize = 500;
/// How often a resource is repeated at the most before it stands for all of them.
const MOST_REPEATED: usize = 200;

/// A module as one call makes it.
#[derive(Debug, Clone)]
pub(super) struct Instance {
    pub(super) module: Arc<Module>,
    /// The beginning of the addresses in it: empty for the root, `module.name.` for others.
    pub(super) prefix: String,
    /// Who calls it; nobody calls the root.
    caller: Option<Caller>,
    /// Values of variables that were given for the root, the last of a name counts.
    given: Vec<Argument>,
}

/// Who calls a module: the instance, the index of the call in it, and the names of its repetition.
type Caller = (usize, usize, Vec<(String, Value)>);

/// What was worked out of a name.
#[derive(Debug, Clone)]
pub(super) enum Memo {
    /// It is being worked out: who asks now goes in a circle.
    Open,
    Done(Value),
    Calls(Repeated<usize>),
    Resources(Repeated<String>),
}

/// What a block stands for.
#[derive(Debug, Clone)]
pub(super) enum Repeated<T> {
    /// One thing, or one that stands for a number that nobody knows.
    One(T),
    /// A list, by `count`.
    Counted(Vec<T>),
    /// By the keys of `for_each`.
    Keyed(Vec<(String, T)>),
    /// It cannot be read.
    Unread(String),
}

/// How often a block is repeated: the names of each time, with what the address of each ends in.
enum Times {
    Once(Vec<(String, Value)>),
    Counted(Vec<Vec<(String, Value)>>),
    Keyed(Vec<(String, Vec<(String, Value)>)>),
}

impl Evaluator<'_> {
    /// Makes the root module the first instance; `given` are values of its variables.
    pub(super) fn start(&mut self, module: Module, given: Vec<Argument>) {
        let mut all = module.values.clone();
        all.extend(given);
        self.instances.push(Instance {
            module: Arc::new(module),
            prefix: String::new(),
            caller: None,
            given: all,
        });
    }

    /// The value of a variable of a module.
    pub(super) fn variable(&mut self, instance: usize, name: &str, span: Span) -> Value {
        self.remembered((instance, "var", name), span, |this| {
            let module = Arc::clone(&this.instances[instance].module);
            let declared = module.variables.get(name);
            let given = this.given(instance, name);
            let value = given.or_else(|| {
                let default = declared?.body.argument("default")?;
                Some(this.evaluate(&default.value, &mut Scope::new(instance)))
            });
            let value = value.unwrap_or_else(|| unknown(span, &format!("var.{name}")));
            match declared.and_then(|block| block.body.argument("type")) {
                Some(kind) => types::conform(this, value, &kind.value),
                None => value,
            }
        })
    }

    /// What a caller or a file gives a variable.
    fn given(&mut self, instance: usize, name: &str) -> Option<Value> {
        match self.instances[instance].caller.clone() {
            Some((caller, call, names)) => {
                let module = Arc::clone(&self.instances[caller].module);
                let argument = module.calls[call].body.argument(name)?;
                let mut scope = Scope { instance: caller, names };
                Some(self.evaluate(&argument.value, &mut scope))
            }
            None => {
                let given = self.instances[instance].given.iter().rev().find(|given| given.key == name)?;
                let value = given.value.clone();
                Some(self.evaluate(&value, &mut Scope::new(instance)))
            }
        }
    }

    /// The value of a local name of a module.
    pub(super) fn local_value(&mut self, instance: usize, name: &str, span: Span) -> Value {
        self.remembered((instance, "local", name), span, |this| {
            let module = Arc::clone(&this.instances[instance].module);
            match module.locals.get(name) {
                Some(expression) => this.evaluate(expression, &mut Scope::new(instance)),
                None => unknown(span, &format!("local.{name}")),
            }
        })
    }

    /// An output of a module, as its caller sees it.
    pub(super) fn output(&mut self, instance: usize, name: &str, span: Span) -> Value {
        self.remembered((instance, "output", name), span, |this| {
            let module = Arc::clone(&this.instances[instance].module);
            match module.outputs.get(name).and_then(|block| block.body.argument("value")) {
                Some(argument) => this.evaluate(&argument.value, &mut Scope::new(instance)),
                None => unknown(span, &format!("{}{name}", this.instances[instance].prefix)),
            }
        })
    }

    fn remembered(
        &mut self,
        (instance, kind, name): (usize, &'static str, &str),
        span: Span,
        work: impl FnOnce(&mut Self) -> Value,
    ) -> Value {
        let key = (instance, kind, name.to_owned());
        match self.memo.get(&key) {
            Some(Memo::Done(value)) => return value.clone(),
            Some(_) => return unknown(span, &format!("{kind}.{name}")),
            None => {}
        }
        self.memo.insert(key.clone(), Memo::Open);
        let value = work(self);
        self.memo.insert(key, Memo::Done(value.clone()));
        value
    }

    /// The modules that a call makes.
    pub(super) fn calls(&mut self, instance: usize, index: usize) -> Repeated<usize> {
        let key = (instance, "module", index.to_string());
        match self.memo.get(&key) {
            Some(Memo::Calls(calls)) => return calls.clone(),
            Some(_) => return Repeated::Unread("a module that calls itself".to_owned()),
            None => {}
        }
        self.memo.insert(key.clone(), Memo::Open);
        let calls = self.called(instance, index);
        self.memo.insert(key, Memo::Calls(calls.clone()));
        calls
    }

    fn called(&mut self, instance: usize, index: usize) -> Repeated<usize> {
        let module = Arc::clone(&self.instances[instance].module);
        let block = &module.calls[index];
        let name = &block.labels[0].text;
        let Some(called) = self.module_of(instance, block) else {
            return Repeated::Unread(format!("module.{name}"));
        };
        let prefix = format!("{}module.{name}", self.instances[instance].prefix);
        let made = |this: &mut Self, suffix: String, names: Vec<(String, Value)>| {
            this.instances.push(Instance {
                module: Arc::clone(&called),
                prefix: format!("{prefix}{suffix}."),
                caller: Some((instance, index, names)),
                given: Vec::new(),
            });
            this.instances.len() - 1
        };
        match self.times(instance, block) {
            Times::Once(names) => Repeated::One(made(self, String::new(), names)),
            Times::Counted(all) => Repeated::Counted(
                all.into_iter().enumerate().map(|(at, names)| made(self, format!("[{at}]"), names)).collect(),
            ),
            Times::Keyed(all) => Repeated::Keyed(
                all.into_iter()
                    .map(|(key, names)| {
                        let made = made(self, format!("[{key:?}]"), names);
                        (key, made)
                    })
                    .collect(),
            ),
        }
    }

    /// The module that a call names, where it lies in the same tree. Modules that call each other in a circle end here.
    fn module_of(&mut self, instance: usize, block: &Block) -> Option<Arc<Module>> {
        let source = self.evaluate(&block.body.argument("source")?.value, &mut Scope::new(instance));
        let source = source.text().filter(|source| is_local(source))?;
        let folder = tidy(&self.instances[instance].module.folder.join(source));
        if self.instances.len() >= MOST_CALLS || self.is_above(instance, &folder) {
            return None;
        }
        if let Some(known) = self.instances.iter().find(|known| known.module.folder == folder) {
            return Some(Arc::clone(&known.module));
        }
        Module::read(&folder, self.local, &mut self.files, &mut self.mistakes).map(Arc::new)
    }

    fn is_above(&self, instance: usize, folder: &Path) -> bool {
        let mut open = Some(instance);
        while let Some(at) = open {
            if self.instances[at].module.folder == folder {
                return true;
            }
            open = self.instances[at].caller.as_ref().map(|(caller, ..)| *caller);
        }
        false
    }

    /// The addresses of what a resource or data source stands for.
    pub(super) fn resources(&mut self, instance: usize, index: usize, is_data: bool) -> Repeated<String> {
        let key = (instance, if is_data { "data" } else { "resource" }, index.to_string());
        match self.memo.get(&key) {
            Some(Memo::Resources(found)) => return found.clone(),
            Some(_) => return Repeated::Unread("a resource that leads to itself".to_owned()),
            None => {}
        }
        self.memo.insert(key.clone(), Memo::Open);
        let module = Arc::clone(&self.instances[instance].module);
        let block = if is_data { &module.data[index] } else { &module.resources[index] };
        let address = address(&self.instances[instance].prefix, block, is_data);
        let note = |this: &mut Self, address: String, names: Vec<(String, Value)>| {
            let place = Address { instance, index, is_data, names };
            this.addresses.insert(address.clone(), place);
            address
        };
        let found = match self.times(instance, block) {
            Times::Once(names) => Repeated::One(note(self, address, names)),
            Times::Counted(all) => Repeated::Counted(
                all.into_iter()
                    .enumerate()
                    .map(|(at, names)| note(self, format!("{address}[{at}]"), names))
                    .collect(),
            ),
            Times::Keyed(all) => Repeated::Keyed(
                all.into_iter()
                    .map(|(key, names)| {
                        let noted = note(self, format!("{address}[{key:?}]"), names);
                        (key, noted)
                    })
                    .collect(),
            ),
        };
        self.memo.insert(key, Memo::Resources(found.clone()));
        found
    }

    /// How often a block is repeated. A number or keys that nobody knows make it one.
    fn times(&mut self, instance: usize, block: &Block) -> Times {
        if let Some(count) = block.body.argument("count") {
            let value = self.evaluate(&count.value, &mut Scope::new(instance));
            let at = |index: Value| {
                let member = Member { key: "index".to_owned(), key_span: index.span, value: index };
                vec![("count".to_owned(), Value::new(count.value.span, What::Map(vec![member])))]
            };
            let known = match value.text() {
                Some("true") => Some(1.0),
                Some("false") => Some(0.0),
                _ => as_number(&value),
            };
            return match known.filter(|number| (0.0..=MOST_REPEATED as f64).contains(number)) {
                Some(number) => Times::Counted(
                    (0..number as usize)
                        .map(|index| at(Value::new(count.value.span, What::Text(index.to_string()))))
                        .collect(),
                ),
                None => Times::Once(at(unknown(count.value.span, "count.index"))),
            };
        }
        let Some(for_each) = block.body.argument("for_each") else { return Times::Once(Vec::new()) };
        let value = self.evaluate(&for_each.value, &mut Scope::new(instance));
        match keys(&value) {
            Some(items) if items.len() <= MOST_REPEATED => {
                Times::Keyed(items.into_iter().map(|(key, value)| (key.clone(), each(&key, value))).collect())
            }
            _ => {
                let (key, value) = (unknown(value.span, "each.key"), unknown(value.span, "each.value"));
                Times::Once(each_of(key, value))
            }
        }
    }
}

/// The address of a resource in a module.
fn address(prefix: &str, block: &Block, is_data: bool) -> String {
    let (kind, name) = (&block.labels[0].text, &block.labels[1].text);
    let data = if is_data { "data." } else { "" };
    format!("{prefix}{data}{kind}.{name}")
}

/// The keys and values of a `for_each`; the items of a set are both.
fn keys(value: &Value) -> Option<Vec<(String, Value)>> {
    match &value.what {
        What::Map(members) => {
            Some(members.iter().map(|member| (member.key.clone(), member.value.clone())).collect())
        }
        What::List(items) => {
            let mut found: Vec<(String, Value)> = Vec::new();
            for item in items {
                let key = item.text()?.to_owned();
                if !found.iter().any(|(known, _)| *known == key) {
                    found.push((key, item.clone()));
                }
            }
            Some(found)
        }
        _ => None,
    }
}

fn each(key: &str, value: Value) -> Vec<(String, Value)> {
    each_of(Value::new(value.span, What::Text(key.to_owned())), value)
}

fn each_of(key: Value, value: Value) -> Vec<(String, Value)> {
    let span = value.span;
    let member = |key: &str, value: Value| Member { key: key.to_owned(), key_span: span, value };
    vec![("each".to_owned(), Value::new(span, What::Map(vec![member("key", key), member("value", value)])))]
}

/// Whether a source of a module lies in the same tree.
pub(super) fn is_local(source: &str) -> bool {
    source.starts_with("./") || source.starts_with("../") || source == "." || source == ".."
}

/// A path without `.` and, where it can be said, without `..`.
pub(super) fn tidy(path: &Path) -> PathBuf {
    let mut tidy = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir if tidy.file_name().is_some() => {
                tidy.pop();
            }
            other => tidy.push(other),
        }
    }
    tidy
}
