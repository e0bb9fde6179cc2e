//! What is told of the arguments of `CORSMiddleware`.

#[expect(dead_code, reason = "each file of tests uses its own part of it")]
mod tree;

use betroth_source_python::{Cors, MiddlewareKind};
use tree::facts;

/// The arguments, where an application is given the middleware with these.
fn cors(arguments: &str) -> Cors {
    let main = format!(
        "
import os
from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware
from pydantic import AnyHttpUrl, field_validator
from pydantic_settings import BaseSettings
class Settings(BaseSettings):
    web: str = 'https://app.example.com'
    split: str = 'https://a.example,https://b.example'
    urls: list[AnyHttpUrl] = []
    methods: list[str] = ['GET', 'POST']
    @field_validator('split', mode='before')
    def parts(cls, value):
        return value.split(',')
settings = Settings()
class Local(Settings):
    debug: bool = True
local = Local()
ORIGINS = os.getenv('ORIGINS', 'http://localhost:3000')
app = FastAPI()
app.add_middleware(CORSMiddleware, {arguments})
"
    );
    let mut facts = facts(&[("main.py", &main)]);
    match facts.apis.remove(0).middlewares.remove(0).kind {
        MiddlewareKind::Cors(cors) => *cors,
        other => panic!("{other:?}"),
    }
}

fn texts(cors: &Cors) -> Option<Vec<(Option<&str>, bool)>> {
    let origins = cors.origins.as_ref()?.iter();
    Some(
        origins
            .map(|it| (it.value.as_deref(), it.defaulted))
            .collect(),
    )
}

#[test]
fn what_is_left_out_is_as_starlette_has_it() {
    let cors = cors("allow_origins=['https://app.example.com']");
    assert_eq!(cors.methods, Some(vec!["GET".to_owned()]));
    assert_eq!(cors.headers, Some(Vec::new()));
    assert_eq!(cors.credentials, Some(false));
}

#[test]
fn what_a_setting_decides_is_not_told() {
    assert_eq!(cors("allow_methods=settings.methods").methods, None);
    assert_eq!(
        cors("allow_headers=os.environ['HEADERS'].split(',')").headers,
        None
    );
    assert_eq!(cors("**options").methods, None);
    assert_eq!(cors("**options").origins, None);
}

#[test]
fn of_a_list_each_origin_is_told_as_far_as_it_is_known() {
    let cors = cors(
        "allow_origins=['http://localhost:3000/', os.getenv('WEB'), settings.web, f'{settings.other}/']",
    );
    assert_eq!(
        texts(&cors),
        Some(vec![
            (Some("http://localhost:3000/"), false),
            (None, false),
            (Some("https://app.example.com"), true),
            (Some("{?}/"), false),
        ])
    );
    assert_eq!(cors.origin_text, None);
}

#[test]
fn one_text_is_told_from_a_list() {
    for text in [
        "ORIGINS",
        "os.environ['ORIGINS']",
        "settings.web",
        "local.web",
        "'https://a.example'",
    ] {
        let cors = cors(&format!("allow_origins={text}"));
        assert!(cors.origin_text.is_some(), "{text}");
        assert_eq!(cors.origins, None, "{text}");
    }
    for list in [
        "ORIGINS.split(',')",
        "settings.split",
        "local.split",
        "[ORIGINS]",
        "given()",
    ] {
        assert_eq!(
            cors(&format!("allow_origins={list}")).origin_text,
            None,
            "{list}"
        );
    }
}

#[test]
fn urls_of_a_setting_are_told_unless_their_slash_is_taken_away() {
    for urls in ["settings.urls", "[str(one) for one in settings.urls]"] {
        let cors = cors(&format!("allow_origins={urls}"));
        assert!(cors.origin_urls.is_some(), "{urls}");
    }
    for texts in [
        "[str(one).rstrip('/') for one in settings.urls]",
        "settings.methods",
        "['https://a.example']",
    ] {
        assert_eq!(
            cors(&format!("allow_origins={texts}")).origin_urls,
            None,
            "{texts}"
        );
    }
}
