//! Headers of every answer: what is sent, and how a project takes it in.

use crate::project::Project;

const CONFIG: &str = "import type { NextConfig } from \"next\";\n\nconst nextConfig: NextConfig = {\n  reactStrictMode: true,\n};\n\n\
                      export default nextConfig;\n";

fn headers(said: &str) -> usize {
    said.matches("headers with every answer").count()
}

#[test]
fn a_configuration_takes_the_module_of_its_own_form() {
    for (name, text, module, line) in [
        (
            "next.config.ts",
            CONFIG,
            "security-headers.ts",
            "import { securityHeaders } from \"./security-headers\";\n\nconst",
        ),
        (
            "next.config.mjs",
            "export default {};\n",
            "security-headers.mjs",
            "import { securityHeaders } from \"./security-headers.mjs\";\n\nexport default {\n  headers: async",
        ),
        (
            "next.config.js",
            "/** @type {import('next').NextConfig} */\nconst nextConfig = { reactStrictMode: true }\n\nmodule.exports = nextConfig\n",
            "security-headers.js",
            "const { securityHeaders } = require(\"./security-headers\");\n\n/** @type",
        ),
    ] {
        let project = Project::new().file(&format!("web/{name}"), text).applied();
        let config = project.text(&format!("web/{name}")).unwrap();
        assert!(config.contains(line), "{config}");
        let property = "headers: async () => [{ source: \"/:path*\", headers: securityHeaders }],";
        assert_eq!(config.matches(property).count(), 1, "{config}");
        let module = project.text(&format!("web/{module}")).unwrap();
        assert!(
            module.contains("\"frame-ancestors 'none'; base-uri 'self'\""),
            "{module}"
        );
        let before = project.everything();
        assert_eq!(project.apply(&["--yes"]).code, Some(0));
        assert_eq!(project.everything(), before, "{name}");
    }
}

#[test]
fn what_a_person_sends_already_is_left_and_what_it_lacks_is_named() {
    let own = CONFIG.replace(
        "  reactStrictMode: true,\n",
        "  headers: async () => [{ source: \"/:path*\", headers: [{ key: \"x-content-type-options\", value: \"nosniff\" }] }],\n",
    );
    let project = Project::new().file("web/next.config.ts", &own);
    let said = project.apply(&["--yes"]);
    assert_eq!(
        project.text("web/next.config.ts").as_deref(),
        Some(own.as_str())
    );
    assert!(project.text("web/security-headers.ts").is_none());
    assert!(
        said.stdout
            .contains("web/next.config.ts:4: send these headers"),
        "{}",
        said.stdout
    );
    assert!(
        said.stdout.contains("{ key: \"Referrer-Policy\""),
        "{}",
        said.stdout
    );
    assert!(
        !said.stdout.contains("X-Content-Type-Options"),
        "{}",
        said.stdout
    );
}

#[test]
fn a_configuration_that_is_not_safe_to_change_is_left_with_the_lines() {
    let config = "import base from \"./base\";\nexport default { ...base };\n";
    let project = Project::new().file("web/next.config.mjs", config);
    let said = project.apply(&["--yes"]);
    assert_eq!(project.text("web/next.config.mjs").as_deref(), Some(config));
    assert_eq!(headers(&said.stdout), 1, "{}", said.stdout);
    assert!(
        said.stdout.contains("headers: securityHeaders"),
        "{}",
        said.stdout
    );
    // Once a person wrote them, nothing is left.
    let config = "import base from \"./base\";\nimport { securityHeaders } from \"./security-headers.mjs\";\n\
                  export default { ...base, headers: async () => [{ source: \"/:path*\", headers: securityHeaders }] };\n";
    let project = project.file("web/next.config.mjs", config);
    assert_eq!(headers(&project.apply(&["--yes"]).stdout), 0);
}

#[test]
fn a_site_that_is_exported_as_files_has_no_headers_of_its_own() {
    let config = CONFIG.replace("reactStrictMode: true", "output: \"export\"");
    let project = Project::new().file("web/next.config.ts", &config).applied();
    assert_eq!(project.text("web/next.config.ts"), Some(config));
    assert!(project.text("web/security-headers.ts").is_none());
}

#[test]
fn a_policy_that_a_person_makes_for_each_request_is_not_replaced() {
    let proxy = "export function proxy(request: Request) {\n  return new Response(null, { headers: { \"Content-Security-Policy\": \"x\" } });\n}\n";
    let project = Project::new().file("web/proxy.ts", proxy).applied();
    let module = project.text("web/security-headers.mjs").unwrap();
    assert!(!module.contains("Content-Security-Policy"), "{module}");
    assert!(module.contains("Referrer-Policy"), "{module}");
}

#[test]
fn the_contract_replaces_adds_and_leaves_out() {
    let project = Project::new().applied();
    let contract = project.text("betroth.toml").unwrap();
    let own = "root = \"web\"\nheaders = { permissions-policy = \"camera=()\", Strict-Transport-Security = \"\", Cross-Origin-Opener-Policy = \"same-origin\" }\n";
    project.write("betroth.toml", &contract.replace("root = \"web\"\n", own));
    let said = project.apply(&["--yes"]);
    assert!(
        said.stdout.contains("update    web/security-headers.mjs"),
        "{}",
        said.stdout
    );
    let module = project.text("web/security-headers.mjs").unwrap();
    for (part, count) in [
        ("value: \"camera=()\"", 1),
        ("microphone", 0),
        ("Strict-Transport-Security", 0),
        ("key: \"Cross-Origin-Opener-Policy\"", 1),
        ("nosniff", 1),
    ] {
        assert_eq!(module.matches(part).count(), count, "{part}: {module}");
    }
}

#[test]
fn the_entry_of_the_api_takes_the_middleware_behind_the_application() {
    let main = "from fastapi import FastAPI\n\nfrom app import notes\n\n\ndef create_app() -> FastAPI:\n    app = FastAPI(\n        title=\"Notes\",\n    )  # all of it\n    \
                app.include_router(notes.router)\n    return app\n\n\napp = create_app()\n";
    let project = Project::new().file("api/app/main.py", main).applied();
    let main = project.text("api/app/main.py").unwrap();
    assert!(
        main.contains(
            "    )  # all of it\n    auth.protect(app)\n    app.add_middleware(SecurityHeaders)\n    app.include_router"
        ),
        "{main}"
    );
    assert!(
        main.contains("from app.middleware.headers import SecurityHeaders\n"),
        "{main}"
    );
}

#[test]
fn headers_of_a_persons_own_making_are_not_sent_twice() {
    let project = Project::new();
    let main = project.text("api/app/main.py").unwrap()
        + "\n\n@app.middleware(\"http\")\nasync def add_security_headers(request, call_next):\n    return await call_next(request)\n";
    let project = project.file("api/app/main.py", &main).applied();
    assert!(project.text("api/app/middleware/headers.py").is_none());
}

#[test]
fn an_entry_without_a_last_line_end_is_guarded_and_sends_the_headers() {
    let main = "from fastapi import FastAPI\n\napp = FastAPI()";
    let project = Project::new().file("api/app/main.py", main).applied();
    let main = project.text("api/app/main.py").unwrap();
    assert!(
        main.ends_with("\napp = auth.protect(FastAPI())\napp.add_middleware(SecurityHeaders)\n"),
        "{main}"
    );
}
