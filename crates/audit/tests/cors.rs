//! What the rules on CORS say of a front end and an API that differ in one line.

use betroth_audit::{Tree, audit};

const PACKAGE: &str = r#"{ "dependencies": { "next": "16.0.0" } }"#;

/// The rules on CORS that speak of an API with this line and a page with this call, each with its severity.
fn said(line: &str, call: &str, more: &[(&str, &str)]) -> Vec<String> {
    let api = format!(
        "
import os
from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware

app = FastAPI()
{line}

@app.get('/tasks')
def list_tasks():
    return []

@app.post('/tasks')
def add_task():
    return []

@app.delete('/tasks/{{task_id}}')
def delete_task(task_id: int):
    return []
"
    );
    let page = format!(
        "\"use client\"
export default function Page() {{
  const go = async (token: string) => {{ await {call} }}
  return <button onClick={{go}}>go</button>
}}"
    );
    let mut files = vec![
        ("web/package.json", PACKAGE),
        ("web/app/page.tsx", &page),
        ("api/main.py", &api),
    ];
    files.extend(more);
    let files = files
        .into_iter()
        .map(|(path, text)| (path.to_owned(), text.to_owned()));
    let audit = audit(&Tree::of(files));
    let findings = audit.report.findings().iter();
    findings
        .filter(|finding| finding.rule.contains("cors") || finding.rule.contains("origin"))
        .map(|finding| format!("{} {}", finding.severity.word(), finding.rule))
        .collect()
}

const BEARER: &str = "headers: { Authorization: `Bearer ${token}` }";

#[test]
fn a_form_is_posted_without_a_question_and_a_token_is_not() {
    let cors = "app.add_middleware(CORSMiddleware, allow_origins=['https://a.example'], allow_headers=['authorization'])";
    let post = |options: &str| {
        format!("fetch('https://api.example/tasks', {{ method: 'POST', {options} }})")
    };
    assert_eq!(said(cors, &post(""), &[]), [""; 0]);
    assert_eq!(
        said(cors, &post(BEARER), &[]),
        ["error cors-method-refused"]
    );
}

#[test]
fn what_is_not_told_of_the_api_is_not_held_against_it() {
    let call = format!("fetch('https://api.example/tasks/1', {{ method: 'DELETE', {BEARER} }})");
    for cors in [
        "app.add_middleware(CORSMiddleware, allow_origins=['https://a.example'], allow_methods=['*'], allow_headers=['*'])",
        "app.add_middleware(CORSMiddleware, allow_origins=['https://a.example'], allow_methods=given, allow_headers=given)",
        "app.add_middleware(CORSMiddleware, **given)",
    ] {
        assert_eq!(said(cors, &call, &[]), [""; 0], "{cors}");
    }
}

#[test]
fn a_call_through_a_variable_crosses_where_the_environment_names_another_origin() {
    let cors = "app.add_middleware(CORSMiddleware, allow_origins=['https://a.example'])";
    let call = "fetch(`${process.env.NEXT_PUBLIC_API_URL}/tasks/1`, { method: 'DELETE' })";
    let set = |value: &str| format!("NEXT_PUBLIC_API_URL={value}\n");
    for (value, expected) in [
        ("http://localhost:8000", &["error cors-method-refused"][..]),
        ("/api", &[]),
    ] {
        let file = set(value);
        assert_eq!(
            said(cors, call, &[("web/.env", &file)]),
            expected,
            "{value}"
        );
    }
    assert_eq!(said(cors, call, &[]), [""; 0]);
}

#[test]
fn an_api_without_cors_is_told_where_the_browser_calls_it_directly() {
    let api = |more: &str| {
        format!(
            "from fastapi import FastAPI\n{more}\napp = FastAPI()\n@app.get('/tasks')\ndef list_tasks():\n    return []\n"
        )
    };
    let said = |more: &str, base: &str| {
        let api = api(more);
        said(
            "",
            &format!("fetch('{base}/tasks')"),
            &[("api/main.py", &api)],
        )
    };
    assert_eq!(said("", "http://localhost:8000"), ["error cors-missing"]);
    // Something may stand in between, or is the origin of the page itself.
    for base in [
        "https://api.example",
        "http://localhost",
        "http://localhost:3000",
        "",
    ] {
        assert_eq!(said("", base), [""; 0], "{base}");
    }
    for more in [
        "from .cors import add_cors",
        "from fastapi.staticfiles import StaticFiles",
    ] {
        assert_eq!(said(more, "http://localhost:8000"), [""; 0], "{more}");
    }
}

#[test]
fn an_entry_that_no_browser_writes_is_an_error_where_it_is_all_there_is() {
    let entries = |list: &str| {
        let cors = format!(
            "app.add_middleware(CORSMiddleware, allow_methods=['*'], allow_origins={list})"
        );
        said(&cors, "null", &[])
    };
    assert_eq!(
        entries("['https://a.example/']"),
        ["error unmatched-origin"]
    );
    assert_eq!(
        entries("['https://a.example/', 'https://b.example']"),
        ["warning unmatched-origin"]
    );
    assert_eq!(
        entries("os.getenv('ORIGINS', 'https://a.example, https://b.example').split(',')"),
        ["warning unmatched-origin"]
    );
    assert_eq!(
        entries("['https://*.a.example']"),
        ["error unmatched-origin"]
    );
    for list in [
        "['https://a.example/', 'https://a.example']",
        "['https://a.example/', '*']",
        "['https://a.example/'], allow_origin_regex='https://.*\\\\.a\\\\.example'",
        "[os.getenv('ORIGIN')]",
        "[origin.strip() for origin in os.getenv('ORIGINS', 'https://a.example, https://b.example').split(',')]",
        "[origin.rstrip('/') for origin in ['https://a.example/']]",
        "['']",
    ] {
        assert_eq!(entries(list), [""; 0], "{list}");
    }
}

#[test]
fn one_text_that_is_a_star_is_a_wildcard() {
    let cors = "app.add_middleware(CORSMiddleware, allow_origins='*', allow_credentials=True, allow_methods=['*'])";
    assert_eq!(
        said(cors, "null", &[]),
        ["note wildcard-origin-with-credentials"]
    );
    let cors = "app.add_middleware(CORSMiddleware, allow_origins='https://a.example', allow_methods=['*'])";
    assert_eq!(said(cors, "null", &[]), ["warning origins-in-one-text"]);
}

#[test]
fn urls_of_pydantic_are_no_origins() {
    let api = |list: &str| {
        format!(
            "from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware
from pydantic import AnyHttpUrl
from pydantic_settings import BaseSettings
class Settings(BaseSettings):
    cors_origins: list[AnyHttpUrl] = []
settings = Settings()
app = FastAPI()
app.add_middleware(CORSMiddleware, allow_methods=['*'], allow_origins={list})
"
        )
    };
    let said = |list: &str| said("", "null", &[("api/main.py", &api(list))]);
    assert_eq!(
        said("[str(one) for one in settings.cors_origins]"),
        ["error unmatched-origin"]
    );
    assert_eq!(
        said("[str(one).rstrip('/') for one in settings.cors_origins]"),
        [""; 0]
    );
}

#[test]
fn a_pattern_matters_only_with_credentials() {
    let pattern = |more: &str| {
        let cors = format!(
            "app.add_middleware(CORSMiddleware, allow_methods=['*'], allow_origin_regex='https://.*[.]vercel[.]app'{more})"
        );
        said(&cors, "null", &[])
    };
    assert_eq!(
        pattern(", allow_credentials=True"),
        ["warning origin-pattern-too-wide"]
    );
    assert_eq!(pattern(""), [""; 0]);
}
