//! What stands after it.

use crate::project::Project;

/// The verdict of `betroth check`, and the rules of its findings.
fn checked(project: &Project) -> (String, Vec<String>) {
    let said = project.betroth(&["check", "--format", "json", "--all"]);
    let json: serde_json::Value = serde_json::from_str(&said.stdout).unwrap();
    let verdict = json["agreements"][0]["verdict"]
        .as_str()
        .unwrap_or_default();
    let findings = json["findings"].as_array().unwrap();
    let rules = findings
        .iter()
        .map(|it| it["rule"].as_str().unwrap().to_owned());
    (verdict.to_owned(), rules.collect())
}

#[test]
fn both_sides_agree_afterwards_on_a_key_set() {
    let project = Project::new();
    assert_eq!(checked(&project).0, "unchecked");
    assert_eq!(
        checked(&project.applied()),
        ("accepted".to_owned(), Vec::new())
    );
}

#[test]
fn both_sides_agree_afterwards_on_a_shared_secret() {
    let project = Project::with_secret().applied();
    assert_eq!(checked(&project), ("accepted".to_owned(), Vec::new()));
    let route = project.text("web/app/api/auth/jwt/route.ts").unwrap();
    assert!(route.contains("process.env.JWT_SECRET"), "{route}");
    assert!(!route.contains("process.env.BETTER_AUTH_SECRET"), "{route}");
}

#[test]
fn both_sides_agree_afterwards_where_a_handler_holds_the_token() {
    let project = Project::with_handler().applied();
    assert_eq!(checked(&project), ("accepted".to_owned(), Vec::new()));
    let secret = "[keys]\nform = \"shared-secret\"\n\n[web]\ntransport = \"proxy\"";
    let contract = Project::new().text("betroth.toml").unwrap();
    let project = Project::new()
        .file("betroth.toml", &contract.replace("[web]", secret))
        .applied();
    assert_eq!(checked(&project), ("accepted".to_owned(), Vec::new()));
    let handler = project.text("web/app/api/backend/[...path]/route.ts");
    assert!(
        handler
            .unwrap()
            .contains("new URL(\"/api/auth/jwt\", baseURL)")
    );
}

#[test]
fn a_handler_goes_beside_one_that_a_person_wrote() {
    let own = "export const GET = () => new Response();\n";
    let project = Project::with_handler().file("web/app/api/backend/[...path]/route.ts", own);
    let project = project.applied();
    let client = project.text("web/lib/api.ts").unwrap();
    assert!(client.contains("url: \"/api/betroth\""), "{client}");
    let handler = project
        .text("web/app/api/betroth/[...path]/route.ts")
        .unwrap();
    assert!(handler.contains("under: \"/api/betroth\""), "{handler}");
    // Once written, it stays where it is.
    std::fs::remove_file(project.path("web/app/api/backend/[...path]/route.ts")).unwrap();
    assert_eq!(project.apply(&[]).code, Some(0));
}

#[test]
fn every_file_is_as_it_was_seen_last() {
    let project = Project::new();
    insta::assert_snapshot!("patch_of_a_key_set", project.apply(&["--diff"]).stdout);
    let project = Project::with_secret();
    insta::assert_snapshot!(
        "patch_of_a_shared_secret",
        project.apply(&["--diff"]).stdout
    );
    let project = Project::with_handler();
    let only = ["--diff", "--only", "api-client", "--only", "api-handler"];
    insta::assert_snapshot!("patch_of_a_handler", project.apply(&only).stdout);
}

#[test]
fn the_plan_names_each_file_and_what_is_left_to_a_person() {
    let said = Project::new().apply(&[]);
    insta::assert_snapshot!("plan", said.stdout);
}

#[test]
fn the_patch_is_one_that_git_takes() {
    let project = Project::new();
    let patch = project.apply(&["--diff"]).stdout;
    let by_git = Project::new();
    by_git.write("patch", &patch);
    let git = std::process::Command::new("git")
        .args(["apply", "patch"])
        .current_dir(by_git.path("."))
        .env("GIT_CEILING_DIRECTORIES", by_git.path("."))
        .output()
        .unwrap();
    assert!(git.status.success(), "{git:?}");
    std::fs::remove_file(by_git.path("patch")).unwrap();
    let project = project.applied();
    for (path, text) in by_git.everything() {
        let name = path.strip_prefix(by_git.path(".")).unwrap().to_owned();
        assert_eq!(
            project.text(name.to_str().unwrap()),
            String::from_utf8(text).ok()
        );
    }
}

#[test]
fn no_example_of_an_environment_holds_a_secret() {
    let project = Project::with_secret().applied();
    for file in ["web/.env.example", "api/.env.example"] {
        let text = project.text(file).unwrap();
        for name in ["JWT_SECRET", "BETTER_AUTH_SECRET"] {
            let mut lines = text.lines();
            let value = lines.find_map(|line| line.strip_prefix(&format!("{name}=")));
            assert!(matches!(value, None | Some("")), "{file}: {name}");
        }
    }
}

#[test]
fn what_an_example_of_an_environment_lacks_is_added_behind_what_it_has() {
    let project = Project::new().file("api/.env.example", "DATABASE_URL=\nWEB_ORIGINS=x\n");
    let project = project.applied();
    let text = project.text("api/.env.example").unwrap();
    assert!(
        text.starts_with("DATABASE_URL=\nWEB_ORIGINS=x\n\n"),
        "{text}"
    );
    assert!(text.contains("BETTER_AUTH_URL="), "{text}");
    assert_eq!(text.matches("WEB_ORIGINS").count(), 1, "{text}");
    assert_eq!(project.apply(&[]).code, Some(0));
}

#[test]
fn a_plugin_that_a_person_set_up_is_left_to_the_person() {
    let auth = "import { betterAuth } from \"better-auth\";\nimport { jwt } from \"better-auth/plugins\";\n\
                export const auth = betterAuth({ plugins: [jwt({ jwt: { issuer: \"x\" } })] });\n";
    let project = Project::new().file("web/lib/auth.ts", auth);
    let said = project.apply(&["--yes"]);
    assert_eq!(project.text("web/lib/auth.ts").as_deref(), Some(auth));
    assert!(
        said.stdout.contains("web/lib/auth.ts:3: take `apiToken`"),
        "{}",
        said.stdout
    );
}

#[test]
fn an_application_that_a_factory_of_another_module_makes_is_guarded_there() {
    let factory = "from fastapi import FastAPI\n\nfrom app import notes\n\n\ndef create_app() -> FastAPI:\n    made = FastAPI(title=\"Notes\")\n    made.include_router(notes.router)\n    return made\n";
    let project = Project::new()
        .file("api/app/factory.py", factory)
        .file(
            "api/app/main.py",
            "from app.factory import create_app\n\napp = create_app()\n",
        )
        .applied();
    let text = project.text("api/app/factory.py").unwrap();
    assert!(
        text.contains("    made = auth.protect(FastAPI(title=\"Notes\"))"),
        "{text}"
    );
    assert_eq!(checked(&project), ("accepted".to_owned(), Vec::new()));
}
