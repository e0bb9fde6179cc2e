//! How it follows a project.

use crate::project::Project;

#[test]
fn formatters_package_managers_and_instructions_are_followed_and_named() {
    let project = Project::new()
        .file("web/.prettierrc", r#"{ "singleQuote": true, "semi": false, "useTabs": true }"#)
        .file("web/pnpm-lock.yaml", "")
        .file(
            "AGENTS.md",
            "# Notes\n\n- Package manager: `uv`\n- API client: `web/http/client.ts`\n- Line length: 100\n",
        );
    let said = project.apply(&["--yes"]);
    for line in [
        "single quotes, tabs, lines of 80 (web/.prettierrc:1)",
        "package manager `pnpm` (web/pnpm-lock.yaml:1)",
        "package manager `uv` (AGENTS.md:3)",
        "`web/http/client.ts` (AGENTS.md:4)",
        "lines of 100 characters (AGENTS.md:5)",
        "pnpm add betroth",
        "uv add 'betroth[fastapi]'",
    ] {
        assert!(said.stdout.contains(line), "{line}: {}", said.stdout);
    }
    let client = project.text("web/http/client.ts").unwrap();
    assert!(
        client.contains("import { createClient } from 'betroth'\n"),
        "{client}"
    );
    assert!(client.contains("\n\turl,\n"), "{client}");
}

#[test]
fn modules_stand_below_src_where_the_others_do() {
    let project = Project::new();
    let page = project.text("web/app/page.tsx").unwrap();
    std::fs::remove_dir_all(project.path("web/app")).unwrap();
    let project = project.file("web/src/app/page.tsx", &page).applied();
    assert!(project.text("web/src/lib/api.ts").is_some());
    // Beside the module that takes it in, wherever that stands.
    assert!(project.text("web/lib/auth-jwt.ts").is_some());
}

#[test]
fn a_name_that_the_entry_uses_is_not_taken_again() {
    let project = Project::new();
    let main = project.text("api/app/main.py").unwrap();
    let main = main.replace("from app import notes", "from app import auth, notes");
    let project = project
        .file("api/app/main.py", &main)
        .file("api/app/auth.py", "")
        .applied();
    let main = project.text("api/app/main.py").unwrap();
    assert!(
        main.contains("from app.middleware.auth import auth as guard\n"),
        "{main}"
    );
    assert!(
        main.contains("app = guard.protect(FastAPI(title=\"Notes\"))"),
        "{main}"
    );
}

#[test]
fn a_module_named_middleware_is_not_hidden_by_a_package() {
    let project = Project::new().file("api/app/middleware.py", "").applied();
    assert!(project.text("api/app/auth_guard.py").is_some());
    assert!(!project.path("api/app/middleware").exists());
}

#[test]
fn line_ends_of_windows_stay() {
    let project = Project::new();
    let main = project
        .text("api/app/main.py")
        .unwrap()
        .replace('\n', "\r\n");
    let project = project.file("api/app/main.py", &main).applied();
    let main = project.text("api/app/main.py").unwrap();
    assert_eq!(
        main.matches('\n').count(),
        main.matches("\r\n").count(),
        "{main}"
    );
}

#[test]
fn what_pydantic_reads_from_a_file_is_there_for_the_guard_too() {
    let project = Project::new().applied();
    assert!(!project.path("api/app/middleware/settings.py").exists());
    let project = Project::new()
        .file("api/requirements.txt", "fastapi\npydantic-settings\n")
        .applied();
    let settings = project.text("api/app/middleware/settings.py").unwrap();
    for part in [
        "parents[2] / \".env\"",
        "    \"BETROTH_MODE\",\n    \"BETTER_AUTH_URL\",\n    \"WEB_ORIGINS\",\n]",
    ] {
        assert!(settings.contains(part), "{part}: {settings}");
    }
    let guard = project.text("api/app/middleware/auth.py").unwrap();
    assert!(
        guard.contains("\nfrom app.middleware.settings import load_settings\n\nload_settings()\n\nauth = Betroth.from_contract()\n"),
        "{guard}"
    );
    let said = project.betroth(&["check", "--format", "json", "--all"]);
    assert!(
        said.stdout.contains("\"verdict\": \"accepted\""),
        "{}",
        said.stdout
    );
    let before = project.everything();
    assert_eq!(project.apply(&["--yes"]).code, Some(0));
    assert_eq!(project.everything(), before);
}
