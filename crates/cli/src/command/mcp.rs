//! The commands as tools of a coding agent, over the Model Context Protocol.
//!
//! *To add a tool*, add an entry to [`tool::ALL`].

mod resource;
mod server;
mod tool;

use std::process::ExitCode;

use anyhow::Context as _;
use rmcp::ServiceExt as _;
use rmcp::service::ServerInitializeError;
use rmcp::transport::stdio;

use super::STACK;
use server::Server;

/// Serves until the client closes our input. Nothing but the protocol goes to stdout.
pub(crate) fn run() -> anyhow::Result<ExitCode> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .thread_stack_size(STACK)
        .build()
        .context("the server cannot be started")?;
    let served = runtime.block_on(async {
        match Server.serve(stdio()).await {
            Ok(running) => {
                running.waiting().await?;
            }
            // Whoever started us has gone before saying anything.
            Err(ServerInitializeError::ConnectionClosed(_)) => {}
            Err(error) => return Err(error).context("the client does not open as MCP asks"),
        }
        anyhow::Ok(())
    });
    // A read of our input may still wait in its thread.
    runtime.shutdown_background();
    served?;
    Ok(ExitCode::SUCCESS)
}
