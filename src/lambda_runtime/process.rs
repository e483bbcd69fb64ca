//! The process of a program: started with the environment of a function, and always ended, with all that it started.
//!
//! It is a group of processes of its own, so that Ctrl-C in a terminal does not reach it before the run has ended.

use std::collections::BTreeSet;
use std::io::{self, Read};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread;
use std::time::Duration;

use crate::lambda_runtime::Setup;
use crate::lambda_runtime::server::Server;

/// A bound of ours on what is kept of that which a process writes.
const MOST_WRITTEN: usize = 1 << 20;

/// So long is waited for the last words of a process that has ended, in case others hold its output open.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// All processes that run, so that they end with the program that started them.
#[derive(Debug, Clone, Default)]
pub struct Processes(Arc<Mutex<BTreeSet<u32>>>);

impl Processes {
    /// Ends all of them at once.
    pub fn end_all(&self) {
        let processes = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        processes.into_iter().for_each(end_group);
    }

    fn add(&self, process: u32) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(process);
    }

    fn remove(&self, process: u32) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&process);
    }
}

/// A process with the server that it talks to. It ends when this is dropped.
pub(super) struct Process {
    child: Child,
    pub(super) server: Server,
    processes: Processes,
    written: Option<Written>,
}

/// What a process writes, while it does.
struct Written {
    streams: [Arc<Mutex<Vec<u8>>>; 2],
    done: mpsc::Receiver<()>,
}

impl Process {
    /// Starts a program.
    pub(super) fn start(setup: &Setup, processes: &Processes) -> io::Result<Self> {
        let server = Server::start(setup.most_answer)?;
        let mut command = command(setup);
        command.env("AWS_LAMBDA_RUNTIME_API", server.address());
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        let mut child = command.spawn()?;
        processes.add(child.id());
        let (tell, done) = mpsc::channel();
        let streams = [read(child.stdout.take(), tell.clone()), read(child.stderr.take(), tell)];
        Ok(Self { child, server, processes: processes.clone(), written: Some(Written { streams, done }) })
    }

    /// How it ended, if it has.
    pub(super) fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().ok().flatten()
    }

    /// Ends it and gives what it wrote, to its standard output and to its standard error.
    pub(super) fn end(mut self) -> [Vec<u8>; 2] {
        self.stop();
        self.written.take().map_or([Vec::new(), Vec::new()], Written::whole)
    }

    fn stop(&mut self) {
        end_group(self.child.id());
        let _ = self.child.kill();
        let _ = self.child.wait();
        self.processes.remove(self.child.id());
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.stop();
    }
}

impl Written {
    fn whole(self) -> [Vec<u8>; 2] {
        // Each stream tells once that it has ended.
        for _ in 0..2 {
            let _ = self.done.recv_timeout(LAST_WORDS);
        }
        self.streams.map(|stream| std::mem::take(&mut *stream.lock().unwrap_or_else(PoisonError::into_inner)))
    }
}

/// Reads a stream to its end on a thread of its own, and keeps the beginning.
fn read(stream: Option<impl Read + Send + 'static>, tell: mpsc::Sender<()>) -> Arc<Mutex<Vec<u8>>> {
    let kept = Arc::new(Mutex::new(Vec::new()));
    let filled = Arc::clone(&kept);
    let reading = move || {
        let mut chunk = [0; 8192];
        let mut stream = stream;
        while let Some(Ok(read @ 1..)) = stream.as_mut().map(|stream| stream.read(&mut chunk)) {
            let mut kept = filled.lock().unwrap_or_else(PoisonError::into_inner);
            let room = MOST_WRITTEN.saturating_sub(kept.len());
            kept.extend_from_slice(&chunk[..read.min(room)]);
        }
        let _ = tell.send(());
    };
    // Without the thread nothing is kept of what it writes, which is no reason not to run it.
    let _ = thread::Builder::new().name("output-of-a-function".to_owned()).spawn(reading);
    kept
}

#[cfg(unix)]
fn end_group(process: u32) {
    use rustix::process::{Pid, Signal, kill_process_group};
    if let Some(group) = i32::try_from(process).ok().and_then(Pid::from_raw) {
        let _ = kill_process_group(group, Signal::KILL);
    }
}

#[cfg(not(unix))]
fn end_group(_: u32) {}

/// The command with the environment of a function. What the user's own environment says of AWS is left out, so that no
/// program reaches a real account by mistake.
fn command(setup: &Setup) -> Command {
    let (program, arguments) =
        setup.command.split_first().map_or(("", &[][..]), |(first, rest)| (first, rest));
    let is_path = program.contains(['/', std::path::MAIN_SEPARATOR]);
    let mut command = if is_path { Command::new(setup.folder.join(program)) } else { Command::new(program) };
    command.args(arguments).current_dir(&setup.folder);
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("AWS_")) {
        command.env_remove(name);
    }
    let nowhere = if cfg!(windows) { "NUL" } else { "/dev/null" };
    let name = setup.name.as_str();
    let memory = setup.memory_mib.to_string();
    let handler = setup.command.last().map_or("", String::as_str);
    let log_group = format!("/aws/lambda/{name}");
    let variables = [
        ("AWS_CONFIG_FILE", nowhere),
        ("AWS_SHARED_CREDENTIALS_FILE", nowhere),
        ("AWS_EC2_METADATA_DISABLED", "true"),
        ("AWS_REGION", setup.region.as_str()),
        ("AWS_DEFAULT_REGION", setup.region.as_str()),
        ("AWS_LAMBDA_FUNCTION_NAME", name),
        ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"),
        ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", memory.as_str()),
        ("AWS_LAMBDA_LOG_GROUP_NAME", log_group.as_str()),
        ("AWS_LAMBDA_LOG_STREAM_NAME", "[$LATEST]"),
        ("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand"),
        ("_HANDLER", handler),
        ("TZ", ":UTC"),
        // What it wrote is not lost when it is ended.
        ("PYTHONUNBUFFERED", "1"),
    ];
    command.envs(variables).env("LAMBDA_TASK_ROOT", &setup.folder);
    if let Some(runtime) = &setup.runtime {
        command.env("AWS_EXECUTION_ENV", format!("AWS_Lambda_{runtime}"));
    }
    command
}
