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
fn a_handler_that_passes_calls_on_already_is_the_one_that_is_asked() {
    let own = r#"import { headers } from "next/headers";
import { auth } from "../../../../lib/auth";

export async function GET(request: Request, { params }: { params: Promise<{ path: string[] }> }) {
  const { token } = await auth.api.getToken({ headers: await headers() });
  const { path } = await params;
  return fetch(`${process.env.NEXT_PUBLIC_API_URL}/${path.join("/")}`, { headers: { Authorization: `Bearer ${token}` } });
}
"#;
    let project = Project::with_handler().file("web/app/api/proxy/[...path]/route.ts", own);
    let said = project.apply(&["--yes"]);
    let client = project.text("web/lib/api.ts").unwrap();
    assert!(client.contains("url: \"/api/proxy\""), "{client}");
    assert!(
        said.stdout.contains("this handler passes calls on already"),
        "{said:?}"
    );
    assert!(
        project
            .text("web/app/api/backend/[...path]/route.ts")
            .is_none()
    );
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
    by_git.patched(&patch);
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

#[test]
fn a_call_of_several_lines_stays_as_it_is_laid_out() {
    let main = "from fastapi import FastAPI\n\nfrom app import notes\n\napp = FastAPI(\n    title=\"Notes\",\n)  # the one\napp.include_router(notes.router)\n";
    let project = Project::new().file("api/app/main.py", main).applied();
    let text = project.text("api/app/main.py").unwrap();
    assert!(
        text.contains("    title=\"Notes\",\n)  # the one\nauth.protect(app)\n"),
        "{text}"
    );
    assert_eq!(checked(&project), ("accepted".to_owned(), Vec::new()));
}

#[test]
fn a_patch_leaves_nothing_to_write() {
    let project = Project::with_secret();
    let first = project.apply(&["--diff"]).stdout;
    for contract in [None, Some("lifetime = \"5m\"\n")] {
        let patch = match contract {
            None => first.clone(),
            Some(more) => {
                let text = project.text("betroth.toml").unwrap();
                project.write("betroth.toml", &format!("{text}\n[token]\n{more}"));
                project.apply(&["--diff"]).stdout
            }
        };
        assert!(!patch.contains('…'), "{patch}");
        project.patched(&patch);
        let said = project.apply(&[]);
        assert!(said.stdout.contains("nothing to write"), "{said:?}");
    }
}

#[test]
fn where_people_sign_in_elsewhere_the_client_asks_there() {
    let client = "import { createAuthClient } from \"better-auth/react\";\n\nexport const authClient = createAuthClient({ baseURL: process.env.NEXT_PUBLIC_AUTH_URL });\n";
    let signs_in_at = |variable: &str| {
        let project = Project::new();
        let contract = project.text("betroth.toml").unwrap();
        project
            .file(
                "betroth.toml",
                &contract.replace("BETTER_AUTH_URL", variable),
            )
            .file(
                "auth/package.json",
                "{ \"dependencies\": { \"better-auth\": \"1.7.7\" } }",
            )
            .file(
                "auth/src/auth.ts",
                &Project::new().text("web/lib/auth.ts").unwrap(),
            )
            .file("web/lib/auth-client.ts", client)
            .file("web/lib/auth.ts", "export {};\n")
            .apply(&["--diff", "--only", "api-client", "--only", "environment"])
            .stdout
    };
    let patch = signs_in_at("NEXT_PUBLIC_AUTH_URL");
    assert!(
        patch.contains("token: new URL(\"/api/auth/token\", issuer)"),
        "{patch}"
    );
    assert!(!patch.contains("BETTER_AUTH_SECRET"), "{patch}");
    assert!(
        !signs_in_at("AUTH_URL").contains("new URL"),
        "a page has no such variable"
    );
}

#[test]
fn what_a_plugin_is_told_beside_the_contract_is_named() {
    let auth = "import { betterAuth } from \"better-auth\";\nimport { jwt } from \"better-auth/plugins\";\n\
                export const auth = betterAuth({ plugins: [jwt({ jwt: { issuer: \"x\", definePayload: ({ user }) => ({ email: user.email, country: user.country }) }, jwks: { rotationInterval: 60 } })] });\n";
    let said = Project::new()
        .file("web/lib/auth.ts", auth)
        .apply(&[])
        .stdout;
    let told = "take `apiToken` in place of this `jwt(…)`, and bring over what it is told beside that: `jwks.rotationInterval`, the claim `country`";
    assert!(said.contains(told), "{said}");
}
