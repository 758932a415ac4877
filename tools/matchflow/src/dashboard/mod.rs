//! `matchflow dashboard`: the commands' answers as pages, on this machine alone.

mod changes;
mod export;
mod guard;
mod overview;
mod pages;
mod server;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use crate::failure::Failure;
use crate::stack::Stack;

/// How the dashboard is shown.
#[derive(Debug, Args)]
pub struct DashboardArguments {
    /// The port on 127.0.0.1; by default one that is free
    #[arg(long, value_name = "PORT", default_value_t = 0, hide_default_value = true)]
    listen: u16,
    /// Let groups of failures be put back from the page, too, with a typed confirmation
    #[arg(long, conflicts_with = "export")]
    allow_changes: bool,
    /// Write the pages into a folder as they are now, in place of serving them: they work without JavaScript
    #[arg(long, value_name = "FOLDER")]
    export: Option<PathBuf>,
    /// With --export: the page of this request, purchase or partner, too
    #[arg(long, value_name = "ID", requires = "export")]
    with: Vec<String>,
}

/// Serves or writes the pages.
pub async fn run(stack: Stack, arguments: &DashboardArguments) -> Result<ExitCode, Failure> {
    match &arguments.export {
        Some(folder) => export::write(&stack, folder, &arguments.with).await?,
        None => server::serve(stack, arguments.listen, arguments.allow_changes).await?,
    }
    Ok(ExitCode::SUCCESS)
}
