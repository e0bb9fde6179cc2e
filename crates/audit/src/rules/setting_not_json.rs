use betroth_report::{Finding, Fix, Place, Severity};
use betroth_source_python::JsonSetting;

use super::{Subject, rule};
use crate::access::{is_aside, is_within};
use crate::environment::{EnvironmentFile, EnvironmentKind, EnvironmentVariable};

rule! {
    /// A variable names its values with commas between, and the API reads it as JSON.
    ///
    /// pydantic reads the variable of a field `list[str]` as JSON, before any validator sees it. From `CORS_ORIGINS=http://localhost:3000` it makes no
    /// list but a `SettingsError`, and the API does not start: the front end shows that as a network error or as one of CORS.
    ///
    /// ```py bad api/main.py
    /// from fastapi import FastAPI
    /// from fastapi.middleware.cors import CORSMiddleware
    /// from pydantic_settings import BaseSettings, SettingsConfigDict
    ///
    /// class Settings(BaseSettings):
    ///     model_config = SettingsConfigDict(env_file=".env")
    ///     cors_origins: list[str] = []
    ///
    /// settings = Settings()
    /// app = FastAPI()
    /// app.add_middleware(CORSMiddleware, allow_origins=settings.cors_origins)
    ///
    /// @app.get("/health")
    /// def health():
    ///     return "ok"
    /// ```
    /// ```sh bad api/.env
    /// CORS_ORIGINS=http://localhost:3000,https://app.example.com
    /// ```
    /// ```py good api/main.py
    /// from fastapi import FastAPI
    /// from fastapi.middleware.cors import CORSMiddleware
    /// from pydantic_settings import BaseSettings, SettingsConfigDict
    ///
    /// class Settings(BaseSettings):
    ///     model_config = SettingsConfigDict(env_file=".env")
    ///     cors_origins: list[str] = []
    ///
    /// settings = Settings()
    /// app = FastAPI()
    /// app.add_middleware(CORSMiddleware, allow_origins=settings.cors_origins)
    ///
    /// @app.get("/health")
    /// def health():
    ///     return "ok"
    /// ```
    /// ```sh good api/.env
    /// CORS_ORIGINS=["http://localhost:3000", "https://app.example.com"]
    /// ```
    "setting-not-json" { severity: Error, check: check }
}

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let settings = subject.python.json_settings.iter();
    let settings = settings.filter(|setting| !is_aside(&setting.place.file));
    settings
        .flat_map(|setting| {
            let files = subject.tree.environments.iter();
            let files = files.filter(|file| !is_aside(&file.path) && is_read(file, setting));
            files.flat_map(move |file| {
                let named = file.variables.iter().filter(|it| is_broken(it, setting));
                named.map(|variable| finding(file, variable, setting))
            })
        })
        .collect()
}

/// Whether the API is started with the variables of a file: from its own folder or from one around it.
fn is_read(file: &EnvironmentFile, setting: &JsonSetting) -> bool {
    let (folder, name) = file.path.rsplit_once('/').unwrap_or((".", &file.path));
    let around = is_within(&setting.place.file, folder);
    around
        && match file.kind {
            EnvironmentKind::Dotenv => setting.dotenv,
            EnvironmentKind::Dockerfile => true,
            EnvironmentKind::Yaml => name.contains("compose"),
        }
}

fn is_broken(variable: &EnvironmentVariable, setting: &JsonSetting) -> bool {
    variable.name.eq_ignore_ascii_case(&setting.name)
        && variable.value.is_some()
        && !variable.listed
}

fn finding(
    file: &EnvironmentFile,
    variable: &EnvironmentVariable,
    setting: &JsonSetting,
) -> Finding {
    let place = Place::new(file.path.clone(), variable.line, variable.column);
    let severity = if file.is_example() {
        Severity::Warning
    } else {
        Severity::Error
    };
    Finding::new(
        RULE.id,
        severity,
        place,
        format!("`{}` is no JSON, and the API does not start with it", variable.name),
    )
    .label("not a list of JSON")
    .related(setting.place.clone(), "read as JSON")
    .why("pydantic raises a `SettingsError` before any validator sees the value")
    .help(format!(
        "write `{}=[\"http://localhost:3000\"]`, or declare the field `Annotated[list[str], NoDecode]` with a validator that splits it",
        variable.name
    ))
    .fix(Fix::Suggested)
}
