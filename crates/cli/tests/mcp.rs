//! The program as a server of tools, with a client of the protocol at the other end.

#![expect(
    clippy::unwrap_used,
    reason = "a client that fails is a test that fails"
)]

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::{Value, json};

/// A client that has introduced itself.
struct Client {
    server: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    /// What the server said of itself.
    server_info: Value,
    requests: u64,
}

impl Client {
    fn new() -> Self {
        let mut server = Command::new(env!("CARGO_BIN_EXE_betroth"))
            .arg("mcp")
            .current_dir(root())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut client = Self {
            input: server.stdin.take().unwrap(),
            output: BufReader::new(server.stdout.take().unwrap()),
            server,
            server_info: Value::Null,
            requests: 0,
        };
        client.server_info = client.ask(
            "initialize",
            json!({
                "protocolVersion": "2025-06-18",
                "capabilities": {},
                "clientInfo": { "name": "test", "version": "1" },
            }),
        )["result"]
            .clone();
        client.send(&json!({ "jsonrpc": "2.0", "method": "notifications/initialized" }));
        client
    }

    fn send(&mut self, message: &Value) {
        writeln!(self.input, "{message}").unwrap();
    }

    /// Sends a request and gives back the whole answer: with `result`, or with `error`.
    fn ask(&mut self, method: &str, params: Value) -> Value {
        self.requests += 1;
        let id = self.requests;
        self.send(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }));
        let mut line = String::new();
        self.output.read_line(&mut line).unwrap();
        let answer: Value = serde_json::from_str(&line).unwrap();
        assert_eq!(answer["jsonrpc"], "2.0");
        assert_eq!(answer["id"], id);
        answer
    }

    /// What a tool answers.
    fn call(&mut self, tool: &str, arguments: Value) -> Value {
        let params = json!({ "name": tool, "arguments": arguments });
        self.ask("tools/call", params)["result"].clone()
    }

    /// The words of a tool that could not do its work.
    fn refused(&mut self, tool: &str, arguments: Value) -> String {
        let result = self.call(tool, arguments);
        assert_eq!(result["isError"], true, "{result}");
        result["content"][0]["text"].as_str().unwrap().to_owned()
    }

    /// Goes away; gives back the exit code of the server and what it wrote to stderr.
    fn leave(self) -> (Option<i32>, String) {
        drop(self.input);
        let output = self.server.wait_with_output().unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        (output.status.code(), stderr)
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// What the program prints for the same question.
fn printed(arguments: &[&str]) -> Value {
    let output = Command::new(env!("CARGO_BIN_EXE_betroth"))
        .args(arguments)
        .args(["--format", "json"])
        .current_dir(root())
        .output()
        .unwrap();
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn the_server_introduces_itself_and_ends_with_its_client() {
    let client = Client::new();
    assert_eq!(client.server_info["serverInfo"]["name"], "betroth");
    let instructions = client.server_info["instructions"].as_str().unwrap();
    assert!(instructions.contains("Start with `check`"));
    assert_eq!(client.leave(), (Some(0), String::new()));
}

#[test]
fn a_client_that_says_nothing_is_no_failure() {
    let output = Command::new(env!("CARGO_BIN_EXE_betroth"))
        .arg("mcp")
        .stdin(Stdio::null())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert_eq!((output.stdout, output.stderr), (Vec::new(), Vec::new()));
}

#[test]
fn every_tool_says_what_it_takes() {
    let mut client = Client::new();
    let answer = client.ask("tools/list", json!({}));
    let tools = answer["result"]["tools"].as_array().unwrap();
    let inputs: Vec<(&str, Vec<&str>)> = tools
        .iter()
        .map(|tool| {
            let schema = &tool["inputSchema"];
            assert_eq!(schema["type"], "object");
            assert_eq!(schema["additionalProperties"], false);
            assert_eq!(tool["annotations"]["readOnlyHint"], true);
            let keys = schema["properties"].as_object().into_iter().flatten();
            (
                tool["name"].as_str().unwrap(),
                keys.map(|(key, _)| key.as_str()).collect(),
            )
        })
        .collect();
    assert_eq!(
        inputs,
        [
            ("check", vec!["dir"]),
            ("routes", vec!["dir"]),
            ("explain", vec!["rule"]),
            ("rules", vec![]),
            ("init", vec!["dir", "web", "api"]),
        ]
    );
}

#[test]
fn tools_answer_with_what_the_program_prints() {
    let mut client = Client::new();
    for (tool, arguments, command) in [
        (
            "check",
            json!({ "dir": "examples/broken" }),
            &["check", "examples/broken"][..],
        ),
        (
            "routes",
            json!({ "dir": "examples/broken" }),
            &["routes", "examples/broken"],
        ),
        (
            "explain",
            json!({ "rule": "expiry-optional" }),
            &["explain", "expiry-optional"],
        ),
        ("rules", json!({}), &["rules"]),
        (
            "init",
            json!({ "dir": "examples/broken", "web": "web" }),
            &["init", "examples/broken", "--dry-run"],
        ),
    ] {
        let result = client.call(tool, arguments);
        assert_eq!(result["isError"], false, "{tool}");
        assert_eq!(result["structuredContent"], printed(command), "{tool}");
        assert_eq!(result["content"][0]["type"], "text", "{tool}");
    }
    let result = client.call("check", json!({ "dir": "examples/broken" }));
    let text: Value = serde_json::from_str(result["content"][0]["text"].as_str().unwrap()).unwrap();
    assert_eq!(text, result["structuredContent"]);
}

#[test]
fn what_the_contract_lets_pass_is_no_finding_here_either() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    write(
        "main.py",
        "import jwt\nfrom fastapi import FastAPI, Request\napp = FastAPI()\n@app.get('/notes')\n\
         def notes(request: Request):\n    return jwt.decode(request.headers['x-token'], 'kept', algorithms=['HS256'])\n",
    );
    write(
        "betroth.toml",
        "[check]\nallow = [{ rule = \"hardcoded-secret\", path = \"main.py\", reason = \"a demonstration\" }]\n",
    );
    let mut client = Client::new();
    let dir = folder.path().to_str().unwrap();
    let result = client.call("check", json!({ "dir": dir }))["structuredContent"].clone();
    assert_eq!(result, printed(&["check", dir]));
    assert_eq!(result["suppressed"][0]["rule"], "hardcoded-secret");
}

#[test]
fn what_a_model_gets_wrong_is_told_so_that_it_can_mend_it() {
    let mut client = Client::new();
    assert_eq!(
        client.refused("check", json!({ "dir": "nowhere" })),
        "`nowhere` does not exist"
    );
    assert_eq!(
        client.refused("routes", json!({ "dir": "README.md" })),
        "`README.md` is not a folder; give the folder that holds front end and API"
    );
    assert_eq!(
        client.refused("explain", json!({ "rule": "hardcoded-secrets" })),
        "no rule is named `hardcoded-secrets`; did you mean `hardcoded-secret`?"
    );
    assert_eq!(
        client.refused("explain", json!({})),
        "the input is not as the tool asks: missing field `rule`"
    );
    assert_eq!(
        client.refused("check", json!({ "folder": "." })),
        "the input is not as the tool asks: unknown field `folder`, expected `dir`"
    );
    let unknown = client.ask("tools/call", json!({ "name": "repair" }));
    assert_eq!(unknown["error"]["message"], "no tool is named `repair`");
    assert_eq!(client.leave(), (Some(0), String::new()));
}

#[test]
fn each_rule_has_a_page_to_read() {
    let mut client = Client::new();
    let answer = client.ask("resources/list", json!({}));
    let resources = answer["result"]["resources"].as_array().unwrap();
    assert_eq!(resources.len(), betroth_audit::rules::ALL.len());
    for resource in resources {
        let uri = resource["uri"].as_str().unwrap();
        let answer = client.ask("resources/read", json!({ "uri": uri }));
        let contents = &answer["result"]["contents"][0];
        assert_eq!(contents["mimeType"], "text/markdown");
        let page = contents["text"].as_str().unwrap();
        assert!(page.starts_with(resource["title"].as_str().unwrap()));
        assert!(page.contains("**bad**: "), "{uri}");
    }
    for (uri, why) in [
        (
            "betroth://rules/hardcoded-secrets",
            "did you mean `hardcoded-secret`?",
        ),
        (
            "file:///etc/passwd",
            "pages stand at `betroth://rules/<rule>`",
        ),
    ] {
        let answer = client.ask("resources/read", json!({ "uri": uri }));
        let message = answer["error"]["message"].as_str().unwrap();
        assert!(message.contains(why), "{message}");
    }
}

#[test]
fn requests_on_their_way_are_answered_when_the_client_goes() {
    let mut client = Client::new();
    client.send(&json!({
        "jsonrpc": "2.0", "id": 9, "method": "tools/call",
        "params": { "name": "check", "arguments": { "dir": "examples/broken" } },
    }));
    drop(client.input);
    let mut line = String::new();
    client.output.read_line(&mut line).unwrap();
    let answer: Value = serde_json::from_str(&line).unwrap();
    assert_eq!(
        answer["result"]["structuredContent"]["agreement"]["verdict"],
        "refused"
    );
    assert_eq!(client.server.wait().unwrap().code(), Some(0));
}

#[test]
fn the_documentation_shows_how_each_client_starts_the_server() {
    let page = std::fs::read_to_string(root().join("docs/mcp.md")).unwrap();
    let blocks: Vec<Value> = page
        .split("```json\n")
        .skip(1)
        .map(|block| serde_json::from_str(block.split("```").next().unwrap()).unwrap())
        .collect();
    assert_eq!(blocks.len(), 3);
    for block in blocks {
        let servers = block.get("mcpServers").or_else(|| block.get("servers"));
        let server = &servers.unwrap()["betroth"];
        assert_eq!(server["command"], "betroth");
        assert_eq!(server["args"], json!(["mcp"]));
    }
}
