//! What is told of a Better Auth server and its clients.

use betroth_agreement::{KeySource, Value};
use betroth_source_typescript::{Facts, SourceFile, read};

fn tree(files: &[(&str, &str)]) -> Facts {
    let files: Vec<SourceFile> = files
        .iter()
        .map(|(path, text)| SourceFile::new(*path, *text))
        .collect();
    read(&files)
}

const PACKAGE: (&str, &str) = (
    "web/package.json",
    r#"{"dependencies": {"next": "16", "better-auth": "1.7"}}"#,
);

#[test]
fn jwt_plugin_signs_with_eddsa_by_default() {
    let facts = tree(&[
        PACKAGE,
        (
            "web/lib/auth.ts",
            r#"import { betterAuth } from "better-auth";
import { jwt, bearer } from "better-auth/plugins";
export const auth = betterAuth({ secret: process.env.AUTH_KEY, plugins: [jwt(), bearer()] });"#,
        ),
    ]);
    let server = &facts.webs[0].auth[0];
    let names: Vec<_> = server
        .plugins
        .iter()
        .map(|plugin| plugin.name.as_str())
        .collect();
    assert_eq!(names, ["jwt", "bearer"]);
    let jwt = server.jwt.as_ref().expect("the plugin is read");
    assert_eq!(jwt.algorithm.value, Value::Known("EdDSA".to_owned()));
    assert!(jwt.payload.is_none(), "the whole user is the payload");
    let secret = server.secret.as_ref().expect("the secret is read");
    assert_eq!(
        secret.value,
        Value::Known(KeySource::Environment {
            name: "AUTH_KEY".to_owned(),
            defaulted: false
        })
    );
}

#[test]
fn of_several_variables_a_server_reads_the_first() {
    for address in [
        r#"process.env.BETTER_AUTH_URL || process.env.NEXT_PUBLIC_APP_URL || "http://localhost:3000""#,
        r#"process.env.BETTER_AUTH_URL ?? (process.env.HOST ? `https://${process.env.HOST}` : "http://localhost:3000")"#,
    ] {
        let text = format!(
            "import {{ betterAuth }} from \"better-auth\"; export const auth = betterAuth({{ baseURL: {address} }});"
        );
        let facts = tree(&[PACKAGE, ("web/lib/auth.ts", &text)]);
        let base = facts.webs[0].auth[0].base_url.as_ref();
        let base = base.expect("the address is read");
        assert_eq!(base.environment.as_deref(), Some("BETTER_AUTH_URL"));
    }
}

#[test]
fn jwt_options_are_read_through_variables() {
    let facts = tree(&[
        PACKAGE,
        (
            "web/lib/auth.ts",
            r#"import { betterAuth } from "better-auth";
import { jwt as tokens } from "better-auth/plugins/jwt";
const claims = ({ user }) => ({ email: user.email, role: user.role });
const options = {
  jwks: { keyPairConfig: { alg: "ES256" } },
  jwt: { audience: "notes", expirationTime: "5m", definePayload: claims },
};
const plugins = [tokens(options)];
export const auth = betterAuth({ baseURL: process.env.BETTER_AUTH_URL ?? "http://localhost:3000", plugins });"#,
        ),
    ]);
    let server = &facts.webs[0].auth[0];
    let base = server.base_url.as_ref().expect("the address is read");
    assert_eq!(
        (base.environment.as_deref(), base.value.as_str()),
        (Some("BETTER_AUTH_URL"), "http://localhost:3000")
    );
    let jwt = server.jwt.as_ref().expect("the plugin is read");
    assert_eq!(jwt.algorithm.value, Value::Known("ES256".to_owned()));
    assert_eq!(
        jwt.audience.as_ref().expect("the audience is read").value,
        "notes"
    );
    assert_eq!(
        jwt.payload.as_deref(),
        Some(["email".to_owned(), "role".to_owned()].as_slice())
    );
}

#[test]
fn client_plugins_are_listed() {
    let facts = tree(&[
        PACKAGE,
        (
            "web/lib/auth-client.ts",
            r#"import { createAuthClient } from "better-auth/react";
import { jwtClient } from "better-auth/client/plugins";
export const authClient = createAuthClient({ baseURL: "http://localhost:3000", plugins: [jwtClient()] });"#,
        ),
    ]);
    let client = &facts.webs[0].clients[0];
    assert_eq!(client.plugins[0].name, "jwtClient");
    assert_eq!(
        client.base_url.as_ref().expect("the address is read").value,
        "http://localhost:3000"
    );
}

#[test]
fn service_beside_the_front_end_is_its_server() {
    let facts = tree(&[
        ("web/package.json", r#"{"dependencies": {"next": "16"}}"#),
        (
            "accounts/package.json",
            r#"{"dependencies": {"better-auth": "1.7", "hono": "4"}}"#,
        ),
        (
            "accounts/src/index.ts",
            r#"import { betterAuth } from "better-auth"; export const auth = betterAuth({});"#,
        ),
    ]);
    assert_eq!(facts.webs.len(), 1);
    assert_eq!(facts.webs[0].auth[0].root, "accounts");
}

#[test]
fn trusted_origins_are_told_unless_a_function_makes_others_of_them() {
    for (list, told) in [
        (
            r#"["https://a.example/", process.env.WEB].filter(Boolean)"#,
            true,
        ),
        (
            r#"["https://a.example/"].map((one) => one.replace(/\/$/, ""))"#,
            false,
        ),
    ] {
        let server = format!(
            r#"import {{ betterAuth }} from "better-auth"; export const auth = betterAuth({{ trustedOrigins: {list} }});"#
        );
        let facts = tree(&[PACKAGE, ("web/lib/auth.ts", &server)]);
        let origins = &facts.webs[0].auth[0].trusted_origins;
        let slash = origins
            .iter()
            .any(|origin| origin.value == "https://a.example/");
        assert_eq!(slash, told, "{list}");
    }
}

#[test]
fn an_age_is_told_where_it_is_a_number_or_a_product_of_such() {
    for (age, told) in [
        ("300", Some(300)),
        ("60 * 60 * 24", Some(86_400)),
        ("1_000", Some(1000)),
        ("AGE", None),
        ("60 * hours", None),
        ("60 - 1", None),
    ] {
        let server = format!(
            r#"import {{ betterAuth }} from "better-auth"; export const auth = betterAuth({{ session: {{ cookieCache: {{ maxAge: {age} }} }} }});"#
        );
        let facts = tree(&[PACKAGE, ("web/lib/auth.ts", &server)]);
        let read = &facts.webs[0].auth[0].cookie_cache_age;
        assert_eq!(read.as_ref().map(|(age, _)| *age), told, "{age}");
    }
}

#[test]
fn a_payload_is_open_where_more_than_its_names_may_be_in_it() {
    for (payload, names, open) in [
        (
            "({ user }) => ({ email: user.email })",
            Some(vec!["email"]),
            false,
        ),
        (
            "async ({ user }) => { return { email: user.email }; }",
            Some(vec!["email"]),
            false,
        ),
        (
            "({ user }) => ({ ...user, role: 1 })",
            Some(vec!["role"]),
            true,
        ),
        ("({ user }) => claims(user)", Some(vec![]), true),
        ("made", None, true),
    ] {
        let server = format!(
            r#"import {{ betterAuth }} from "better-auth"; import {{ jwt }} from "better-auth/plugins"; import {{ made, claims }} from "./made";
export const auth = betterAuth({{ plugins: [jwt({{ jwt: {{ definePayload: {payload} }} }})] }});"#
        );
        let facts = tree(&[PACKAGE, ("web/lib/auth.ts", &server)]);
        let jwt = facts.webs[0].auth[0]
            .jwt
            .as_ref()
            .expect("the plugin is read");
        let names = names.map(|it| it.into_iter().map(str::to_owned).collect());
        assert_eq!(
            (&jwt.payload, jwt.payload_open),
            (&names, open),
            "{payload}"
        );
    }
}
