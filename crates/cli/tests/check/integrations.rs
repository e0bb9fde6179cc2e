//! The GitHub Action and the pre-commit hook, which stand at the top of this repository.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde::Deserialize;

use crate::folder::Folder;

#[derive(Deserialize)]
struct Action {
    inputs: BTreeMap<String, Input>,
    runs: Runs,
}

#[derive(Deserialize)]
struct Input {
    default: String,
}

#[derive(Deserialize)]
struct Runs {
    using: String,
    steps: Vec<Step>,
}

#[derive(Deserialize)]
struct Step {
    name: String,
    shell: Option<String>,
    run: Option<String>,
    uses: Option<String>,
    #[serde(default)]
    env: BTreeMap<String, String>,
}

#[derive(Deserialize)]
struct Hook {
    entry: String,
    language: String,
    pass_filenames: bool,
    files: String,
}

fn parsed<T: serde::de::DeserializeOwned>(file: &str) -> T {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .join(file);
    serde_saphyr::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

impl Action {
    /// Runs the script of a step in a folder as a runner does: with the inputs in its environment, the program where the build
    /// puts it, and `bash -eo pipefail`.
    fn run(&self, step: &str, inputs: &[(&str, &str)], folder: &Folder) -> Output {
        let step = self.runs.steps.iter().find(|it| it.name == step).unwrap();
        let temp = folder.path().join(".runner");
        fs::create_dir_all(temp.join("betroth/release")).unwrap();
        let program = temp.join("betroth/release/betroth");
        if !program.exists() {
            fs::copy(env!("CARGO_BIN_EXE_betroth"), program).unwrap();
        }
        let value = |template: &String| -> String {
            let name = template
                .strip_prefix("${{ inputs.")
                .and_then(|it| it.strip_suffix(" }}"));
            let name = name.unwrap_or_else(|| panic!("{template} is no input"));
            let given = inputs.iter().find(|(key, _)| *key == name);
            given.map_or_else(
                || self.inputs[name].default.clone(),
                |(_, value)| (*value).to_owned(),
            )
        };
        Command::new("bash")
            .args(["--noprofile", "--norc", "-eo", "pipefail", "-c"])
            .arg(step.run.as_ref().unwrap())
            .envs(
                step.env
                    .iter()
                    .map(|(key, template)| (key, value(template))),
            )
            .env("RUNNER_TEMP", &temp)
            .env("GITHUB_OUTPUT", temp.join("output"))
            .env(
                "GITHUB_ACTION_PATH",
                Path::new(env!("CARGO_MANIFEST_DIR")).join("../.."),
            )
            .current_dir(folder.path())
            .output()
            .unwrap()
    }
}

#[test]
fn no_input_of_the_action_becomes_part_of_a_script() {
    let action: Action = parsed("action.yml");
    assert_eq!(action.runs.using, "composite");
    for step in &action.runs.steps {
        assert_eq!(step.run.is_some(), step.shell.is_some(), "{}", step.name);
        assert_ne!(step.run.is_some(), step.uses.is_some(), "{}", step.name);
        let script = step.run.as_deref().unwrap_or_default();
        assert!(!script.contains("${{"), "{script}");
    }
}

#[test]
fn the_page_tells_of_every_input() {
    let action: Action = parsed("action.yml");
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/continuous-integration.md");
    let page = fs::read_to_string(page).unwrap();
    for input in action.inputs.keys() {
        assert!(page.contains(&format!("| `{input}` | ")), "{input}");
    }
}

#[cfg(unix)]
#[test]
fn the_action_checks_and_fails_as_the_inputs_say() {
    let action: Action = parsed("action.yml");
    let folder = Folder::broken();
    folder.commit();
    let all = folder.causes(&[]);
    folder.check(&["--write-baseline", "known.json"]);
    for (inputs, code, commands) in [
        (&[][..], 1, all),
        (&[("fail-on", "never")], 0, all),
        (&[("path", "api"), ("fail-on", "error")], 1, 4),
        (&[("baseline", "known.json")], 0, 0),
        (&[("since", "HEAD")], 0, 0),
        (
            &[("baseline", "known.json"), ("fail-on-unknown", "true")],
            0,
            0,
        ),
        (&[("path", "web"), ("fail-on", "never")], 0, 3),
        (
            &[
                ("path", "web"),
                ("fail-on", "never"),
                ("fail-on-unknown", "true"),
            ],
            1,
            3,
        ),
        (&[("since", "$(touch hacked)")], 2, 0),
        (&[("path", "--all")], 2, 0),
    ] {
        let output = action.run("Check", inputs, &folder);
        let said = String::from_utf8(output.stdout).unwrap();
        assert_eq!(output.status.code(), Some(code), "{inputs:?}: {said}");
        assert_eq!(
            said.lines().filter(|line| line.starts_with("::")).count(),
            commands,
            "{inputs:?}: {said}"
        );
    }
    assert!(!folder.path().join("hacked").exists());
}

#[cfg(unix)]
#[test]
fn the_action_writes_the_log_for_code_scanning_and_says_where() {
    let action: Action = parsed("action.yml");
    let folder = Folder::broken();
    let output = action.run("Write the log for code scanning", &[], &folder);
    assert!(output.status.success(), "{output:?}");
    let said = folder.read(".runner/output");
    let file = said.trim().strip_prefix("sarif=").unwrap();
    let log: serde_json::Value = serde_json::from_str(&fs::read_to_string(file).unwrap()).unwrap();
    assert_eq!(
        log["runs"][0]["results"].as_array().unwrap().len(),
        folder.count(&[])
    );
    let output = action.run(
        "Write the log for code scanning",
        &[("path", "nowhere")],
        &folder,
    );
    assert_eq!(output.status.code(), Some(2));
}

#[cfg(unix)]
#[test]
fn the_version_of_the_action_is_a_digest_of_its_sources() {
    let action: Action = parsed("action.yml");
    let folder = Folder::new();
    let output = action.run("Name the version", &[], &folder);
    assert!(output.status.success(), "{output:?}");
    let said = folder.read(".runner/output");
    let digest = said.trim().strip_prefix("digest=").unwrap();
    assert!(
        digest.len() == 40 && digest.bytes().all(|byte| byte.is_ascii_hexdigit()),
        "{digest}"
    );
}

#[test]
fn the_hook_runs_the_program_on_what_it_reads() {
    let hooks: Vec<Hook> = parsed(".pre-commit-hooks.yaml");
    let [hook] = &hooks[..] else {
        panic!("{} hooks", hooks.len())
    };
    assert_eq!(
        (hook.language.as_str(), hook.pass_filenames),
        ("system", false)
    );
    let words: Vec<&str> = hook.entry.split_whitespace().collect();
    assert_eq!(words[0], "betroth");
    let folder = Folder::broken();
    let status = Command::new(env!("CARGO_BIN_EXE_betroth"))
        .args(&words[1..])
        .current_dir(folder.path())
        .output()
        .unwrap()
        .status;
    assert_eq!(status.code(), Some(1));
    let files = regex::Regex::new(&hook.files).unwrap();
    for path in [
        "api/main.py",
        "web/app/[id]/page.tsx",
        "a.mjs",
        ".env",
        "api/.env.local",
        "package.json",
        "betroth.toml",
    ] {
        assert!(files.is_match(path), "{path}");
    }
    for path in ["README.md", "api/environment.txt", "a.pyc", "data.json"] {
        assert!(!files.is_match(path), "{path}");
    }
}
