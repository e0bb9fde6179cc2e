//! An editor: speaks the Language Server Protocol with the program, and holds texts.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::{Value, json};
use tempfile::TempDir;

/// What most editors can do.
pub(crate) fn capable() -> Value {
    json!({
        "textDocument": {
            "publishDiagnostics": { "relatedInformation": true },
            "codeAction": { "disabledSupport": true },
        },
        "workspace": {
            "workspaceEdit": { "documentChanges": true },
            "didChangeWatchedFiles": { "dynamicRegistration": true },
        },
    })
}

/// An editor with one folder open, which is gone when the test is.
pub(crate) struct Editor {
    server: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
    folder: TempDir,
    /// The answer to `initialize`.
    pub(crate) introduction: Value,
    requests: u64,
}

impl Editor {
    /// Opens a folder that holds the broken example, after `prepare` has changed it.
    pub(crate) fn open(capabilities: Value, prepare: impl FnOnce(&Path)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        copy(&root().join("examples/broken"), folder.path());
        prepare(folder.path());
        let mut server = start();
        let mut editor = Self {
            input: server.stdin.take(),
            output: BufReader::new(server.stdout.take().unwrap()),
            server,
            folder,
            introduction: Value::Null,
            requests: 0,
        };
        let folders = json!([{ "uri": editor.uri(""), "name": "app" }]);
        editor.introduction = editor.ask(
            "initialize",
            json!({ "processId": null, "rootUri": null, "capabilities": capabilities, "workspaceFolders": folders }),
        );
        editor.tell("initialized", json!({}));
        editor
    }

    pub(crate) fn path(&self, file: &str) -> PathBuf {
        self.folder.path().join(file)
    }

    pub(crate) fn read(&self, file: &str) -> String {
        fs::read_to_string(self.path(file)).unwrap()
    }

    pub(crate) fn uri(&self, file: &str) -> String {
        format!("file://{}", self.path(file).display())
    }

    pub(crate) fn tell(&mut self, method: &str, params: Value) {
        self.send(&json!({ "jsonrpc": "2.0", "method": method, "params": params }));
    }

    /// Sends a request and gives back its result; what comes before the answer is passed over.
    pub(crate) fn ask(&mut self, method: &str, params: Value) -> Value {
        self.requests += 1;
        let id = self.requests;
        self.send(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }));
        loop {
            let message = self.hear();
            if message["id"] == id && message.get("method").is_none() {
                assert_eq!(message.get("error"), None);
                return message["result"].clone();
            }
        }
    }

    pub(crate) fn send(&mut self, message: &Value) {
        let text = message.to_string();
        let input = self.input.as_mut().unwrap();
        write!(input, "Content-Length: {}\r\n\r\n{text}", text.len()).unwrap();
        input.flush().unwrap();
    }

    /// The next message. Whatever stands on stdout and is none fails the test.
    pub(crate) fn hear(&mut self) -> Value {
        let mut head = String::new();
        self.output.read_line(&mut head).unwrap();
        let length = head.trim().strip_prefix("Content-Length: ");
        let length = length.unwrap_or_else(|| panic!("no head of a message: {head:?}"));
        let mut blank = String::new();
        self.output.read_line(&mut blank).unwrap();
        let mut text = vec![0; length.parse::<usize>().unwrap()];
        self.output.read_exact(&mut text).unwrap();
        let message: Value = serde_json::from_slice(&text).unwrap();
        assert_eq!(message["jsonrpc"], "2.0");
        message
    }

    /// Waits for a notification or request of that name, and gives back its parameters.
    pub(crate) fn wait(&mut self, method: &str) -> Value {
        loop {
            let message = self.hear();
            if message["method"] == method {
                return message["params"].clone();
            }
        }
    }

    /// Waits for the diagnostics of a file.
    pub(crate) fn diagnostics(&mut self, file: &str) -> Vec<Value> {
        let uri = self.uri(file);
        loop {
            let params = self.wait("textDocument/publishDiagnostics");
            if params["uri"] == uri.as_str() {
                return params["diagnostics"].as_array().unwrap().clone();
            }
        }
    }

    /// Opens a file as it is on disk.
    pub(crate) fn show(&mut self, file: &str) {
        let document = json!({ "uri": self.uri(file), "languageId": "x", "version": 1, "text": self.read(file) });
        self.tell("textDocument/didOpen", json!({ "textDocument": document }));
    }

    /// Types a text in the place of a whole file.
    pub(crate) fn type_in(&mut self, file: &str, version: u64, text: &str) {
        let document = json!({ "uri": self.uri(file), "version": version });
        let params = json!({ "textDocument": document, "contentChanges": [{ "text": text }] });
        self.tell("textDocument/didChange", params);
    }

    /// Writes a text to disk, and says so.
    pub(crate) fn save(&mut self, file: &str, text: &str) {
        fs::write(self.path(file), text).unwrap();
        let params = json!({ "textDocument": { "uri": self.uri(file) } });
        self.tell("textDocument/didSave", params);
    }

    /// The actions at what a diagnostic marks.
    pub(crate) fn actions(&mut self, file: &str, diagnostic: &Value) -> Vec<Value> {
        let params = json!({
            "textDocument": { "uri": self.uri(file) },
            "range": diagnostic["range"],
            "context": { "diagnostics": [diagnostic] },
        });
        let actions = self.ask("textDocument/codeAction", params);
        actions.as_array().unwrap().clone()
    }

    /// Goes away without a word; gives back the exit code and what stood on stderr.
    pub(crate) fn leave(mut self) -> (Option<i32>, String) {
        self.input = None;
        let code = self.server.wait().unwrap().code();
        let mut words = String::new();
        let mut stderr = self.server.stderr.take().unwrap();
        stderr.read_to_string(&mut words).unwrap();
        (code, words)
    }
}

/// The program as an editor starts it.
pub(crate) fn start() -> Child {
    Command::new(env!("CARGO_BIN_EXE_betroth"))
        .args(["lsp", "--stdio"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

/// The text after an edit, whose range counts UTF-16 code units.
pub(crate) fn edited(text: &str, edit: &Value) -> String {
    let spot = |end: &str| {
        let number = |key: &str| {
            let number = edit["range"][end][key].as_u64().unwrap();
            usize::try_from(number).unwrap()
        };
        let lines = text.split_inclusive('\n').take(number("line"));
        lines.map(|line| line.encode_utf16().count()).sum::<usize>() + number("character")
    };
    let mut units: Vec<u16> = text.encode_utf16().collect();
    let new = edit["newText"].as_str().unwrap().encode_utf16();
    units.splice(spot("start")..spot("end"), new);
    String::from_utf16(&units).unwrap()
}

pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}
