//! The server: hears what changes, checks, and tells what was found.

mod request;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::process::ExitCode;
use std::thread;
use std::time::{Duration, Instant};

use betroth_audit::Tree;
use crossbeam_channel::{Receiver, at, bounded, never, select};
use lsp_server::{Connection, Message, Notification, ProtocolError, Request};
use serde_json::{Value, json};

use super::checked::Checked;
use super::client::{Client, Folder};
use super::document::Documents;
use super::message::{Changed, Event, Folders, Named, Opened, Watched};
use super::{action, address, diagnostic};
use crate::command::STACK;
use crate::output;

/// How long nothing may change before a check begins: a client that saves all its files tells of each.
const QUIET: Duration = Duration::from_millis(200);

/// The files of which a change matters, as globs.
const WATCHED: &[&str] = &[
    "**/*.{py,js,jsx,ts,tsx,mjs,cjs,mts,cts,vue,svelte,astro}",
    "**/{betroth,pyproject}.toml",
    "**/{package,tsconfig,jsconfig}*.json",
    "**/.env*",
];

/// What came of checking each folder.
type Results = Vec<(PathBuf, anyhow::Result<Checked>)>;

/// What is known of the client's work.
pub(super) struct Server<'c> {
    connection: &'c Connection,
    client: Client,
    documents: Documents,
    checked: Vec<Checked>,
    /// The files that have diagnostics in the editor.
    marked: BTreeSet<PathBuf>,
    /// When the next check begins; `None` where nothing changed.
    due: Option<Instant>,
    /// The check under way: one at a time.
    running: Option<Receiver<Results>>,
    /// Why a folder could not be checked, as it was told last.
    told: String,
}

impl<'c> Server<'c> {
    /// A server for a client that has sent the parameters of `initialize`.
    pub(super) fn new(connection: &'c Connection, opening: Value) -> Self {
        Self {
            connection,
            client: Client::of(&opening),
            documents: Documents::default(),
            checked: Vec::new(),
            marked: BTreeSet::new(),
            due: None,
            running: None,
            told: String::new(),
        }
    }

    /// The answer to `initialize`.
    pub(super) fn introduction() -> Value {
        json!({
            "capabilities": {
                "positionEncoding": "utf-16",
                "textDocumentSync": { "openClose": true, "change": 1, "save": true },
                "hoverProvider": true,
                "codeActionProvider": { "codeActionKinds": [action::KIND] },
                "workspace": { "workspaceFolders": { "supported": true, "changeNotifications": true } },
            },
            "serverInfo": { "name": "betroth", "version": env!("CARGO_PKG_VERSION") },
        })
    }

    /// Serves until the client says `exit` or goes away.
    ///
    /// # Errors
    /// Where the client does not close as the protocol asks.
    pub(super) fn serve(&mut self) -> Result<ExitCode, ProtocolError> {
        self.watch();
        self.due = Some(Instant::now());
        loop {
            let running = self.running.clone().unwrap_or_else(never);
            let due = self.due.filter(|_| self.running.is_none());
            let due = due.map_or_else(never, at);
            select! {
                recv(self.connection.receiver) -> message => match message {
                    Ok(Message::Request(request)) => {
                        if self.connection.handle_shutdown(&request)? {
                            return Ok(ExitCode::SUCCESS);
                        }
                        let response = self.answer(request);
                        self.send(response);
                    }
                    // Without a `shutdown` before it.
                    Ok(Message::Notification(it)) if it.method == "exit" => return Ok(ExitCode::FAILURE),
                    Ok(Message::Notification(notification)) => self.hear(notification),
                    Ok(Message::Response(_)) => {}
                    Err(_) => return Ok(ExitCode::SUCCESS),
                },
                recv(running) -> results => {
                    self.running = None;
                    match results {
                        Ok(results) => self.take(results),
                        Err(_) => self.tell("the reading came to an unexpected end".to_owned()),
                    }
                }
                recv(due) -> _ => self.check(),
            }
        }
    }

    /// Asks to be told of sources that change without being saved in the editor.
    fn watch(&self) {
        if self.client.watches {
            let watchers = WATCHED.iter().map(|it| json!({ "globPattern": it }));
            let watchers = watchers.collect::<Vec<_>>();
            let method = "workspace/didChangeWatchedFiles";
            let params = json!({ "registrations": [
                { "id": "sources", "method": method, "registerOptions": { "watchers": watchers } },
            ] });
            let method = "client/registerCapability".to_owned();
            self.send(Request::new("sources".to_owned().into(), method, params));
        }
    }

    fn hear(&mut self, notification: Notification) {
        let Notification { method, params } = notification;
        match method.as_str() {
            "textDocument/didOpen" => {
                if let Ok(Opened { text_document: it }) = serde_json::from_value(params) {
                    self.documents.take(&it.uri, it.version, it.text);
                    if self.is_behind(&it.uri) {
                        self.changed();
                    }
                }
            }
            "textDocument/didChange" => {
                if let Ok(Changed {
                    text_document: it,
                    content_changes,
                }) = serde_json::from_value(params)
                    && let Some(whole) = content_changes.into_iter().next_back()
                {
                    self.documents.take(&it.uri, it.version, whole.text);
                }
            }
            "textDocument/didClose" => {
                if let Ok(Named { text_document: it }) = serde_json::from_value(params) {
                    self.documents.close(&it.uri);
                }
            }
            "textDocument/didSave" => {
                if let Ok(Named { text_document: it }) = serde_json::from_value(params)
                    && self.is_read(&it.uri)
                {
                    self.changed();
                }
            }
            "workspace/didChangeWatchedFiles" => {
                if let Ok(Watched { changes }) = serde_json::from_value(params)
                    && changes.iter().any(|it| self.is_read(&it.uri))
                {
                    self.changed();
                }
            }
            "workspace/didChangeWorkspaceFolders" => {
                if let Ok(Folders {
                    event: Event { added, removed },
                }) = serde_json::from_value(params)
                {
                    let removed: Vec<PathBuf> = removed.iter().filter_map(Folder::path).collect();
                    self.client.folders.retain(|it| !removed.contains(it));
                    self.checked.retain(|it| !removed.contains(&it.folder));
                    self.client
                        .folders
                        .extend(added.iter().filter_map(Folder::path));
                    self.changed();
                }
            }
            _ => {}
        }
    }

    fn changed(&mut self) {
        self.due = Some(Instant::now() + QUIET);
    }

    /// Whether a check reads the file.
    fn is_read(&self, uri: &str) -> bool {
        let Some(path) = address::path(uri) else {
            return false;
        };
        let mut inside = self.client.folders.iter();
        path.file_name().is_some_and(|it| it == "betroth.toml")
            || inside.any(|folder| {
                let file = path.strip_prefix(folder).ok();
                file.is_some_and(|it| Tree::reads(&it.to_string_lossy().replace('\\', "/")))
            })
    }

    /// Whether the last check saw another text of the file than the client now has.
    fn is_behind(&self, uri: &str) -> bool {
        let path = address::path(uri);
        let now = path.as_deref().and_then(|path| self.documents.text(path));
        path.is_some_and(|path| {
            let seen = |it: &Checked| {
                it.file(&path)
                    .and_then(|file| it.text(&file).map(str::to_owned))
            };
            self.checked
                .iter()
                .filter_map(seen)
                .any(|seen| Some(seen) != now)
        })
    }

    /// Begins a check of every folder, in a thread of its own.
    fn check(&mut self) {
        self.due = None;
        let folders = self.client.folders.clone();
        let (done, running) = bounded(1);
        let work = move || {
            let checked = |folder: PathBuf| {
                let checked = Checked::now(&folder);
                (folder, checked)
            };
            // Nobody waits any more where the client has gone.
            let _ = done.send(folders.into_iter().map(checked).collect());
        };
        let thread = thread::Builder::new().stack_size(STACK).spawn(work);
        match thread {
            Ok(_) => self.running = Some(running),
            Err(error) => self.tell(format!("the check cannot be started: {error}")),
        }
    }

    /// Takes what a check came to. A folder that could not be checked stays as it was.
    fn take(&mut self, results: Results) {
        let mut why = Vec::new();
        for (folder, result) in results {
            // It may have been closed meanwhile.
            if !self.client.folders.contains(&folder) {
                continue;
            }
            match result {
                Ok(checked) => {
                    self.notify(
                        "window/logMessage",
                        json!({ "type": 3, "message": checked.summary() }),
                    );
                    self.checked.retain(|it| it.folder != folder);
                    self.checked.push(checked);
                }
                Err(error) => why.push(output::error(&error)),
            }
        }
        self.tell(why.join("\n"));
        self.mark();
    }

    /// Says why something was not checked, once; empty where everything was.
    fn tell(&mut self, why: String) {
        if !why.is_empty() && why != self.told {
            self.notify(
                "window/showMessage",
                json!({ "type": 2, "message": format!("betroth: {why}") }),
            );
        }
        self.told = why;
    }

    /// Hands the diagnostics of every file to the client, and takes back those that hold no more.
    fn mark(&mut self) {
        let mut files: BTreeMap<PathBuf, Vec<Value>> = BTreeMap::new();
        for path in std::mem::take(&mut self.marked) {
            files.insert(path, Vec::new());
        }
        for checked in &self.checked {
            for (finding, tied) in checked.findings() {
                let related = self.client.shows_related;
                let found = diagnostic::of(finding, &tied, checked, &self.documents, related);
                files
                    .entry(checked.path(&finding.place.file))
                    .or_default()
                    .push(found);
            }
            for notice in checked.notices() {
                let found = diagnostic::of_notice(notice, checked);
                files
                    .entry(checked.path(&notice.place.file))
                    .or_default()
                    .push(found);
            }
        }
        for (path, diagnostics) in files {
            let params = json!({ "uri": self.documents.uri(&path), "diagnostics": diagnostics });
            self.notify("textDocument/publishDiagnostics", params);
            if !diagnostics.is_empty() {
                self.marked.insert(path);
            }
        }
    }

    fn notify(&self, method: &str, params: Value) {
        self.send(Notification::new(method.to_owned(), params));
    }

    /// Sends a message; there is nobody to tell where the client has gone.
    fn send(&self, message: impl Into<Message>) {
        let _ = self.connection.sender.send(message.into());
    }
}
