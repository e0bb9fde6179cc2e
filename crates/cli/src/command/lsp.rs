//! The findings in an editor, over the Language Server Protocol 3.17: <https://microsoft.github.io/language-server-protocol/>.
//!
//! The few messages of the protocol that are spoken here are written as JSON. A crate with a type for each of the others
//! would add more to a cold build than all of the server does.
//!
//! *Not here*: what is found, and what mends it.

mod action;
mod address;
mod checked;
mod client;
mod diagnostic;
mod document;
mod message;
mod range;
mod server;

use std::process::ExitCode;

use anyhow::anyhow;
use lsp_server::{Connection, ProtocolError};

use server::Server;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Stdin and stdout are the only way to talk: clients that name it mean nothing else.
    #[arg(long, hide = true)]
    stdio: bool,
}

/// Serves until the client says `exit` or closes our input. Nothing but the protocol goes to stdout.
pub(crate) fn run(_: &Arguments) -> anyhow::Result<ExitCode> {
    let (connection, threads) = Connection::stdio();
    let served = serve(connection);
    match served {
        Ok(code) => {
            // The reader has ended by now. Its error quotes what it read, which may be the text of a file.
            threads.join().map_err(|_| unspoken())?;
            Ok(code)
        }
        Err(error) if error.channel_is_disconnected() => {
            threads.join().map_err(|_| unspoken())?;
            Ok(ExitCode::SUCCESS)
        }
        Err(_) => Err(unspoken()),
    }
}

fn serve(connection: Connection) -> Result<ExitCode, ProtocolError> {
    let (id, opening) = connection.initialize_start()?;
    let mut server = Server::new(&connection, opening);
    connection.initialize_finish(id, Server::introduction())?;
    server.serve()
}

/// Says that the client does something else than the protocol asks, without repeating what it said.
fn unspoken() -> anyhow::Error {
    anyhow!(
        "what came in is not the Language Server Protocol; `betroth lsp` is started by an editor, `betroth check` by people"
    )
}
