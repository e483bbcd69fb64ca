//! `thalweg lsp`: the language server, over standard input and output.

use lsp_server::Connection;

use crate::commands::Outcome;
use crate::commands::output::complain;
use crate::knowledge::Knowledge;
use crate::language_server::Server;
use crate::lint::Rules;

/// Answers until the editor says `exit` or goes away.
#[must_use]
pub fn run() -> Outcome {
    let (connection, threads) = Connection::stdio();
    let mut server = Server::new(Knowledge::embedded(), Rules::embedded());
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
