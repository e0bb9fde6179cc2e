use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

use crate::client::{Editor, capable, edited, root, start};

const API: &str = "web/lib/api.ts";
const BEARER: &str = "Authorization: `Bearer ${data?.token}`";
const BARE: &str = "/* 😀é */ Authorization: data.token";

/// Takes the scheme away from the token, on a line with characters that editors count otherwise than Rust does.
fn without_scheme(folder: &Path) {
    let text = fs::read_to_string(folder.join(API)).unwrap();
    assert_eq!(text.matches(BEARER).count(), 1);
    fs::write(folder.join(API), text.replace(BEARER, BARE)).unwrap();
}

fn of_rule<'d>(diagnostics: &'d [Value], rule: &str) -> &'d Value {
    let found = diagnostics.iter().find(|it| it["code"] == rule);
    found.unwrap_or_else(|| panic!("no {rule} in {diagnostics:#?}"))
}

#[test]
fn a_folder_is_checked_when_it_is_opened() {
    let mut editor = Editor::open(capable(), |_| ());
    assert_eq!(editor.introduction["serverInfo"]["name"], "betroth");
    assert_eq!(
        editor.introduction["capabilities"]["positionEncoding"],
        "utf-16"
    );
    let log = editor.wait("window/logMessage");
    let words = log["message"].as_str().unwrap();
    assert!(
        words.contains(": refused: Better Auth signs with EdDSA"),
        "{words}"
    );
    let auth = editor.diagnostics("api/app/auth.py");
    let mismatch = of_rule(&auth, "algorithm-mismatch");
    assert_eq!(mismatch["severity"], 1);
    assert_eq!(mismatch["source"], "betroth");
    let words = mismatch["message"].as_str().unwrap();
    assert!(
        words.contains("\nwhy: ") && words.contains("\nhelp: "),
        "{words}"
    );
    assert_eq!(
        mismatch["range"],
        json!({ "start": { "line": 13, "character": 17 }, "end": { "line": 13, "character": 82 } })
    );
    let related = &mismatch["relatedInformation"][0];
    assert_eq!(related["location"]["uri"], editor.uri("web/lib/auth.ts"));
    assert_eq!(related["location"]["range"]["start"]["line"], 8);
    assert_eq!(related["message"], "signs with EdDSA");
    let (code, words) = editor.leave();
    assert_eq!((code, words.as_str()), (Some(0), ""));
}

#[test]
fn every_finding_is_marked_once() {
    let mut editor = Editor::open(capable(), |_| ());
    let mut marked: Vec<String> = Vec::new();
    editor.wait("window/logMessage");
    // The answer comes behind whatever was sent before it.
    editor.send(&json!({ "jsonrpc": "2.0", "id": "last", "method": "shutdown" }));
    loop {
        let message = editor.hear();
        if message["id"] == "last" {
            break;
        }
        let diagnostics = message["params"]["diagnostics"].as_array();
        for diagnostic in diagnostics.into_iter().flatten() {
            marked.push(diagnostic["code"].as_str().unwrap().to_owned());
        }
    }
    let output = Command::new(env!("CARGO_BIN_EXE_betroth"))
        .args(["check", "--format", "json"])
        .current_dir(editor.path(""))
        .output()
        .unwrap();
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let findings = report["findings"].as_array().unwrap().iter();
    let mut found: Vec<_> = findings.map(|it| it["rule"].as_str().unwrap()).collect();
    marked.sort();
    found.sort_unstable();
    assert_eq!(marked, found);
}

#[test]
fn hovering_a_finding_shows_the_page_of_its_rule() {
    let mut editor = Editor::open(capable(), |_| ());
    let auth = editor.diagnostics("api/app/auth.py");
    let range = of_rule(&auth, "algorithm-mismatch")["range"].clone();
    let at = |editor: &Editor, position: &Value| json!({ "textDocument": { "uri": editor.uri("api/app/auth.py") }, "position": position });
    let asked = at(&editor, &range["start"]);
    let hover = editor.ask("textDocument/hover", asked);
    let page = hover["contents"]["value"].as_str().unwrap();
    assert_eq!(hover["contents"]["kind"], "markdown");
    assert!(page.starts_with("### algorithm-mismatch\n\n"), "{page}");
    assert!(page.contains("**good**: `"), "{page}");
    assert_eq!(hover["range"], range);
    let asked = at(&editor, &json!({ "line": 0, "character": 0 }));
    assert_eq!(editor.ask("textDocument/hover", asked), Value::Null);
}

#[test]
fn a_quick_fix_writes_what_the_command_line_writes() {
    let mut editor = Editor::open(capable(), without_scheme);
    let found = editor.diagnostics(API);
    let diagnostic = of_rule(&found, "authorization-scheme-missing");
    let before = editor.read(API);
    editor.show(API);
    let actions = editor.actions(API, diagnostic);
    assert_eq!(actions.len(), 1, "{actions:#?}");
    let action = &actions[0];
    assert_eq!(action["title"], "Write `Bearer ` before the token");
    assert_eq!(action["kind"], "quickfix");
    assert_eq!(action["diagnostics"][0]["code"], diagnostic["code"]);
    let changes = action["edit"]["documentChanges"].as_array().unwrap();
    assert_eq!(changes.len(), 1);
    assert_eq!(
        changes[0]["textDocument"],
        json!({ "uri": editor.uri(API), "version": 1 })
    );
    let after = edited(&before, &changes[0]["edits"][0]);
    assert_eq!(
        after,
        before.replace(BARE, "/* 😀é */ Authorization: `Bearer ${data.token}`")
    );
    // Once it is written, the finding is gone.
    editor.type_in(API, 2, &after);
    editor.save(API, &after);
    let left = editor.diagnostics(API);
    assert!(
        !left.iter().any(|it| it["code"] == diagnostic["code"]),
        "{left:#?}"
    );
}

#[test]
fn a_quick_fix_is_refused_where_the_text_is_another_by_now() {
    let mut editor = Editor::open(capable(), without_scheme);
    let found = editor.diagnostics(API);
    let diagnostic = of_rule(&found, "authorization-scheme-missing");
    let text = editor.read(API);
    editor.show(API);
    editor.type_in(API, 2, &format!("// typed\n{text}"));
    let actions = editor.actions(API, diagnostic);
    assert_eq!(actions.len(), 1, "{actions:#?}");
    assert_eq!(
        actions[0]["disabled"]["reason"],
        "`web/lib/api.ts` was changed since it was checked; save it first"
    );
    assert_eq!(actions[0].get("edit"), None);
    let position = &diagnostic["range"]["start"];
    let asked = json!({ "textDocument": { "uri": editor.uri(API) }, "position": position });
    assert_eq!(editor.ask("textDocument/hover", asked), Value::Null);
    // Back as it was, it is offered again.
    editor.type_in(API, 3, &text);
    let actions = editor.actions(API, diagnostic);
    let document = &actions[0]["edit"]["documentChanges"][0]["textDocument"];
    assert_eq!(document["version"], 3);
}

#[test]
fn a_client_that_can_do_less_gets_less() {
    let mut editor = Editor::open(json!({}), without_scheme);
    let found = editor.diagnostics(API);
    let diagnostic = of_rule(&found, "authorization-scheme-missing");
    assert_eq!(diagnostic.get("relatedInformation"), None);
    let actions = editor.actions(API, diagnostic);
    let uri = editor.uri(API);
    let edits = actions[0]["edit"]["changes"][&uri].as_array().unwrap();
    assert_eq!(edits.len(), 1);
    fs::write(editor.path(API), "// another text").unwrap();
    assert!(editor.actions(API, diagnostic).is_empty());
}

#[test]
fn a_file_that_changes_on_disk_is_checked_too() {
    let mut editor = Editor::open(capable(), |_| ());
    let asked = editor.wait("client/registerCapability");
    let registration = &asked["registrations"][0];
    assert_eq!(registration["method"], "workspace/didChangeWatchedFiles");
    let file = "api/app/auth.py";
    of_rule(&editor.diagnostics(file), "expiry-optional");
    let comment = "# betroth: allow(expiry-optional): the gateway asks for it\n";
    let text = editor.read(file);
    let line = "        claims = jwt.decode";
    assert_eq!(text.matches(line).count(), 1);
    fs::write(
        editor.path(file),
        text.replace(line, &format!("        {comment}{line}")),
    )
    .unwrap();
    let uri = editor.uri(file);
    let params = json!({ "changes": [{ "uri": uri, "type": 2 }] });
    editor.tell("workspace/didChangeWatchedFiles", params);
    let left = editor.diagnostics(file);
    assert!(
        !left.iter().any(|it| it["code"] == "expiry-optional"),
        "{left:#?}"
    );
}

#[test]
fn a_contract_with_a_mistake_is_told_and_the_findings_stay() {
    let mut editor = Editor::open(capable(), |_| ());
    editor.diagnostics("api/app/auth.py");
    editor.save("betroth.toml", "[check]\nfail_onn = \"error\"\n");
    let told = editor.wait("window/showMessage");
    let words = told["message"].as_str().unwrap();
    assert!(words.contains("fail_on"), "{words}");
    assert!(!editor.diagnostics("api/app/auth.py").is_empty());
}

#[test]
fn a_session_ends_as_the_protocol_asks() {
    let mut editor = Editor::open(capable(), |_| ());
    assert_eq!(editor.ask("shutdown", Value::Null), Value::Null);
    editor.tell("exit", Value::Null);
    assert_eq!(editor.leave(), (Some(0), String::new()));
    let mut editor = Editor::open(capable(), |_| ());
    editor.tell("exit", Value::Null);
    assert_eq!(editor.leave().0, Some(1));
}

#[test]
fn what_cannot_be_answered_is_said_so() {
    let mut editor = Editor::open(capable(), |_| ());
    editor.diagnostics("api/app/auth.py");
    for (method, code) in [
        ("textDocument/rename", -32601),
        ("textDocument/hover", -32602),
    ] {
        editor.send(&json!({ "jsonrpc": "2.0", "id": method, "method": method, "params": {} }));
        let answer = loop {
            let message = editor.hear();
            if message["id"] == method {
                break message;
            }
        };
        assert_eq!(answer["error"]["code"], code);
    }
}

#[test]
fn who_does_not_speak_the_protocol_is_told_without_an_echo() {
    let mut server = start();
    let text = "{\"secret\": hunter2}";
    let mut input = server.stdin.take().unwrap();
    write!(input, "Content-Length: {}\r\n\r\n{text}", text.len()).unwrap();
    drop(input);
    let output = server.wait_with_output().unwrap();
    let words = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(
        words.contains("not the Language Server Protocol"),
        "{words}"
    );
    assert!(!words.contains("hunter2"), "{words}");
    assert_eq!(output.stdout, b"");
}

#[test]
fn a_client_that_says_nothing_is_no_failure() {
    let mut server = start();
    drop(server.stdin.take());
    let output = server.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert_eq!((output.stdout, output.stderr), (Vec::new(), Vec::new()));
}

#[test]
fn the_documentation_shows_how_each_editor_starts_the_server() {
    let page = fs::read_to_string(root().join("docs/editors.md")).unwrap();
    for editor in ["VS Code", "Neovim", "Helix", "Zed"] {
        let (_, section) = page.split_once(&format!("\n## {editor}\n")).unwrap();
        let section = section.split("\n## ").next().unwrap();
        assert!(
            section.contains("betroth") && section.contains("\"lsp\""),
            "{editor}"
        );
    }
}
