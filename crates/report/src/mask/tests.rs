use proptest::prelude::*;

use super::*;

fn masked(file: &str, source: &str, line: usize) -> String {
    let lines: Vec<&str> = source.lines().collect();
    super::line(Language::of(file), &lines, line - 1, false)
}

fn last(file: &str, source: &str) -> String {
    masked(file, source, source.lines().count())
}

#[track_caller]
fn shows(file: &str, source: &str, expected: &str) {
    assert_eq!(last(file, source), expected, "in {file}: {source}");
}

#[track_caller]
fn hides(file: &str, source: &str, secret: &str) {
    let shown = last(file, source);
    for word in secret.split_whitespace() {
        assert!(!shown.contains(word), "{word} shown in {file}: {shown}");
    }
    assert_eq!(
        shown.chars().count(),
        source.lines().last().map_or(0, |line| line.chars().count())
    );
}

#[test]
fn a_literal_assigned_to_a_secret_name_is_hidden() {
    shows(
        "a.py",
        "SECRET_KEY = \"hunter2\"",
        "SECRET_KEY = \"…\u{2026}\u{2026}\u{2026}\u{2026}\u{2026}\u{2026}\"",
    );
    for source in [
        "jwt_secret: str = 'hunter2'",
        "password=b'hunter2'",
        "api_key = rb\"hunter2\"",
        "os.environ.setdefault('AUTH_TOKEN', 'hunter2')",
        "secret = os.getenv(\"JWT_SECRET\", \"hunter2\")",
        "settings = {\"secret\": \"hunter2\"}",
        "PRIVATE = f\"hunter2{suffix}\"",
        "token = \"\"\"hunter2\"\"\"",
        "token = \"hunter2",
        "token = \"a\\\"hunter2\"",
        "claims = jwt.decode(credentials, \"hunter2\", algorithms=[\"HS256\"])",
        "# SECRET = \"hunter2\"",
        "# the password: hunter2",
        "body = '{\"password\": \"hunter2\"}'",
    ] {
        hides("a.py", source, "hunter2");
    }
    for source in [
        "const secret = process.env.JWT_SECRET ?? `hunter2`;",
        "  secret: process.env.BETTER_AUTH_SECRET || 'hunter2',",
        "<Provider tokenKey=\"hunter2\">don't</Provider>",
        "headers: { Authorization: \"Bearer hunter2\" },",
        "headers: { Authorization: `Bearer hunter2${suffix}` },",
        "// JWT_SECRET=hunter2",
        " * password: hunter2",
        "/* token: hunter2 */",
        "const tokens = cond ? \"hunter2\" : other;",
    ] {
        hides("a.ts", source, "hunter2");
    }
}

#[test]
fn a_literal_on_a_later_line_of_the_statement_is_hidden() {
    for source in [
        "SECRET_KEY = (\n    \"hunter2\"",
        "SECRET_KEY = \\\n    \"hunter2\"",
        "payload = jwt.decode(\n    credentials,\n    # comment (\n    \"hunter2\",",
        "TOKENS = [\n    'a(b',\n    f(x),\n    'hunter2',",
    ] {
        hides("a.py", source, "hunter2");
    }
    for source in [
        "const secret =\n  process.env.A ??\n  \"hunter2\";",
        "const secret = process.env.A\n  || \"hunter2\";",
        "const apiKeys = {\n  first: call(a, [b]),\n  second: \"hunter2\",",
        "sign(\n  claims,\n  {\n    with: \"hunter2\",",
    ] {
        hides("a.ts", source, "hunter2");
    }
    hides(
        "compose.yml",
        "- name: JWT_SECRET\n  value: hunter2",
        "hunter2",
    );
    hides("compose.yml", "secrets: [\n  a,\n  hunter2", "hunter2");
}

#[test]
fn a_line_within_a_secret_of_several_lines_is_hidden() {
    hides("a.py", "PASSPHRASE = f\"\"\"\nopen sesame", "open sesame");
    hides(
        "a.py",
        "sign(key, '''first\nsecond\nopen sesame",
        "open sesame",
    );
    hides(
        "a.ts",
        "const secret = `first\nopen sesame`;",
        "open sesame",
    );
    let lines = ["TEXT = \"\"\"", "open sesame"];
    assert_eq!(
        super::line(Language::Python, &lines, 1, true),
        "\u{2026}".repeat(11)
    );
}

#[test]
fn a_query_of_several_lines_stays_legible_unless_it_holds_a_literal() {
    let query =
        "token_row = read(text(\"\"\"\n    SELECT id FROM session\n    WHERE token = :token AND";
    shows("a.py", query, "    WHERE token = :token AND");
    hides(
        "a.py",
        &format!("{query}\n    key = 'open sesame'"),
        "open sesame",
    );
}

#[test]
fn code_after_a_docstring_or_a_finished_literal_stays_legible() {
    for source in [
        "def read(token):\n    \"\"\"Reads the token.\n    Of the session.\"\"\"\n    call(\"a b\")",
        "TOKEN = \"\"\"a\nb\"\"\"\n\ncall(\"a b\")",
        "rows = query(\"SELECT id FROM session WHERE token = :token\")",
    ] {
        shows("a.py", source, source.lines().last().unwrap());
    }
    hides(
        "a.py",
        "query(\"SELECT id FROM t WHERE token = 'hunter2'\")",
        "hunter2",
    );
}

#[test]
fn a_function_that_speaks_of_tokens_does_not_hide_its_body() {
    shows(
        "a.ts",
        "export function readToken(request) {\n  log(\"hello there\");",
        "  log(\"hello there\");",
    );
    shows(
        "a.ts",
        "const verify = (token) => {\n  log(\"hello there\");",
        "  log(\"hello there\");",
    );
    shows(
        "a.py",
        "def verify(token):\n    log(\"hello there\")",
        "    log(\"hello there\")",
    );
    shows(
        "a.py",
        "log(token)\nlog(\"hello there\")",
        "log(\"hello there\")",
    );
}

#[test]
fn names_stay_legible_on_lines_that_speak_of_secrets() {
    for source in [
        "secret = os.getenv(\"JWT_SECRET\")",
        "secret = os.environ[\"JWT_SECRET\"]",
        "claims = jwt.decode(token, settings.secret, algorithms=[\"HS256\", 'EdDSA'])",
        "options = {\"verify_signature\": False}",
        "@router.post(\"/auth/token\")",
        "@router.get(f\"/tokens/{token_id}\")",
        "header = f\"Bearer {token}\"",
        "user_id = verify(token)[\"sub\"]",
        "from app.token import verify  # the token",
        "key: str = Field(alias=\"JWT_SECRET\")",
    ] {
        shows("a.py", source, source);
    }
    for source in [
        "import { getToken } from \"@/lib/authToken\";",
        "headers: { Authorization: `Bearer ${token}` },",
        "const token = localStorage.getItem(\"auth_token\");",
        "await fetch(`${API}/tokens/${id}`, { headers: { cookie } });",
        "jwks = \"http://localhost:3000/api/auth/jwks\"; // the keys",
        "headers: { \"x-api-key\": apiKey },",
    ] {
        shows("a.ts", source, source);
    }
    for source in [
        "JWT_SECRET=${JWT_SECRET}",
        "JWT_SECRET: ${{ secrets.JWT_SECRET }}",
        "PORT=8000",
    ] {
        shows("deploy.yml", source, source);
    }
}

#[test]
fn an_unquoted_value_in_a_settings_file_is_hidden() {
    shows(
        ".env",
        "JWT_SECRET=hunter2",
        "JWT_SECRET=…\u{2026}\u{2026}\u{2026}\u{2026}\u{2026}\u{2026}",
    );
    for (file, source, secret) in [
        (
            ".env.local",
            "export AUTH_TOKEN = correct horse battery",
            "correct horse battery",
        ),
        ("compose.yml", "      - JWT_SECRET=hunter2", "hunter2"),
        (
            "compose.yml",
            "      JWT_SECRET: ${JWT_SECRET:-hunter2}",
            "hunter2",
        ),
        ("compose.yml", "      \"JWT_SECRET\": hunter2", "hunter2"),
        ("Dockerfile", "ENV JWT_SECRET hunter2", "hunter2"),
        ("run.sh", "serve --password hunter2 --port 1", "hunter2"),
        ("config.json", "  \"password\": \"hunter2\",", "hunter2"),
        (".env", "API_KEY=\"hunter2", "hunter2"),
        (".env", "# OLD_PASSWORD=hunter2", "hunter2"),
    ] {
        hides(file, source, secret);
    }
}

#[test]
fn a_password_in_a_url_is_hidden_anywhere() {
    shows(
        "a.py",
        "url = \"postgresql://app:pw@db/app\"",
        "url = \"postgresql://app:……@db/app\"",
    );
    hides(
        "a.py",
        "connect('amqp://user:p@ss:hunter2@host')",
        "hunter2 p@ss",
    );
    shows(
        "a.py",
        "url = f\"postgresql://{user}:{word}@{host}/app\"",
        "url = f\"postgresql://{user}:{word}@{host}/app\"",
    );
    shows(
        "a.ts",
        "fetch(\"http://localhost:8000/tasks\")",
        "fetch(\"http://localhost:8000/tasks\")",
    );
}

#[test]
fn the_code_in_a_literal_stays_legible_and_its_text_does_not() {
    for source in [
        "headers: { Authorization: `Bearer ${localStorage.getItem('token')}` },",
        "fetch(`${base()}/tokens/${encodeURIComponent(id)}`)",
        "window.open(`/ws?token=${encodeURIComponent(token)}&id=${id}`)",
    ] {
        shows("a.ts", source, source);
    }
    shows(
        "a.ts",
        "const key = `hunter2${suffix(a)}-x`;",
        "const key = `…\u{2026}\u{2026}\u{2026}\u{2026}\u{2026}\u{2026}${suffix(a)}……`;",
    );
    shows(
        "a.py",
        "secret = f\"hunter2{len(user)}\"",
        "secret = f\"…\u{2026}\u{2026}\u{2026}\u{2026}\u{2026}\u{2026}{len(user)}\"",
    );
    for (file, source) in [
        (
            "a.ts",
            "const body = `${JSON.stringify({ password: \"hunter2\" })}`;",
        ),
        ("a.ts", "const key = `${first || 'hunter2'}`;"),
        ("a.ts", "const key = `${hunter2`;"),
        ("a.ts", "const key = `\\${hunter2}`;"),
        ("a.ts", "const key = \"${hunter2()}\";"),
        ("a.py", "key = \"{hunter2()}\""),
        ("a.ts", "fetch(`${base()}/tokens?token=hunter2`)"),
        ("a.ts", "fetch(`/tokens?token=hunter2&id=${id}`)"),
        ("a.py", "key = f\"{{hunter2()}}\""),
        ("a.py", "key = f\"{settings.get(a, 'hunter2')}\""),
    ] {
        hides(file, source, "hunter2");
    }
}

#[test]
fn words_for_a_person_stay_legible() {
    for (file, source) in [
        (
            "a.py",
            "logger.info(f\"Token verified for user {user.id}\")",
        ),
        (
            "a.py",
            "raise HTTPException(status_code=401, detail=\"Invalid token\")",
        ),
        ("a.py", "print(f\"decoded token: {token[:20]}\")"),
        ("a.ts", "console.log('Token:', token)"),
        (
            "a.ts",
            "console.log(`The token of ${user?.email ?? id} is gone`, token)",
        ),
        (
            "a.ts",
            "throw new Error(\"No JWT secret, so nothing can be signed\")",
        ),
    ] {
        shows(file, source, source);
    }
    for (file, source) in [
        ("a.py", "print(\"token: hunter\")"),
        ("a.py", "print(\"token=hunter\")"),
        ("a.py", "print(\"the token is hunter2\")"),
        ("a.py", "print('the token is \"hunter\"')"),
        ("a.py", "sign(\"open sesame hunter\")"),
        ("a.py", "log(\"key hunterHunter\")"),
        ("a.ts", "console.log(\"hunter\", token)"),
    ] {
        hides(
            file,
            source,
            if source.contains("hunter2") {
                "hunter2"
            } else {
                "hunter"
            },
        );
    }
}

#[test]
fn the_name_of_what_is_written_stays_legible() {
    shows(
        "a.ts",
        "params.set(\"token\", token);",
        "params.set(\"token\", token);",
    );
    shows(
        "a.ts",
        "fetch(url, { headers: { cookie }, credentials: \"include\" })",
        "fetch(url, { headers: { cookie }, credentials: \"include\" })",
    );
    hides("a.ts", "cookies.set(\"token\", \"hunter2\");", "hunter2");
    hides("a.ts", "password.set(\"hunter2\");", "hunter2");
}

#[test]
fn a_masked_line_shows_what_the_secret_is_called_and_what_it_is_for() {
    let all = |file, line: &str| super::line(Language::of(file), &[line], 0, true);
    assert_eq!(
        all("a.py", "k = os.getenv(\"JWT_SECRET\", \"HS256\")"),
        "k = os.getenv(\"JWT_SECRET\", \"…\u{2026}\u{2026}\u{2026}\u{2026}\")"
    );
    assert_eq!(
        all("a.py", "jwt.decode(t, \"sub\", algorithms=[\"HS256\"])"),
        "jwt.decode(t, \"…\u{2026}\u{2026}\", algorithms=[\"HS256\"])"
    );
    assert_eq!(
        all("a.py", "KEYS = {\"hunter\": 1}"),
        "KEYS = {\"…\u{2026}\u{2026}\u{2026}\u{2026}\u{2026}\": 1}"
    );
}

#[test]
fn a_masked_line_shows_no_other_literal() {
    let lines = ["check(\"HS256\", 'it', `${x}`, \"/a\")", "A=b c"];
    assert_eq!(
        super::line(Language::Script, &lines, 0, true),
        "check(\"…\u{2026}\u{2026}\u{2026}\u{2026}\", '……', `…\u{2026}\u{2026}\u{2026}`, \"……\")"
    );
    assert_eq!(super::line(Language::Settings, &lines, 1, true), "A=… …");
}

#[test]
fn names_are_not_taken_for_random_words() {
    for name in [
        "getCurrentUserFromSessionToken",
        "/api/v1/users/{user_id}/tasks/archive",
        "application/x-www-form-urlencoded",
        "2026-01-15T10:30:00Z",
        "BETTER_AUTH_PUBLIC_KEY",
        "authentication-required-2026",
        "@radix-ui/react-dropdown-menu",
        "HTTP_401_UNAUTHORIZED",
    ] {
        assert_eq!(text(name), name);
    }
}

#[test]
fn a_line_beyond_the_end_is_empty() {
    assert_eq!(super::line(Language::Python, &["a"], 7, false), "");
    assert_eq!(super::line(Language::Python, &[], 0, true), "");
}

/// Characters drawn evenly from `alphabet` by `bytes`.
fn drawn(bytes: &[u8], alphabet: &str) -> String {
    let alphabet: Vec<char> = alphabet.chars().collect();
    bytes
        .iter()
        .map(|&byte| alphabet[usize::from(byte) % alphabet.len()])
        .collect()
}

#[test]
fn nearly_every_random_key_is_found_without_a_name() {
    // A linear congruence is random enough here and the same in every run.
    let mut state = 7_u64;
    let mut next = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        state.to_be_bytes()[0]
    };
    for (alphabet, length, at_least) in [
        ("0123456789abcdef", 32, 999),
        (
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/",
            32,
            980,
        ),
        (
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_",
            43,
            995,
        ),
        ("abcdefghijklmnopqrstuvwxyz0123456789", 32, 995),
        ("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 32, 930),
    ] {
        let found = (0..1000).filter(|_| {
            let bytes: Vec<u8> = (0..length).map(|_| next()).collect();
            text(&drawn(&bytes, alphabet)).chars().all(|c| c == HIDDEN)
        });
        let found = found.count();
        assert!(found >= at_least, "{found} of 1000 from {alphabet}");
    }
}

proptest! {
    #[test]
    fn a_line_keeps_its_number_of_characters(source in "\\PC{0,80}(\n\\PC{0,80}){0,3}", file in "a\\.(py|ts|env)", all: bool) {
        let lines: Vec<&str> = source.lines().collect();
        for (index, line) in lines.iter().enumerate() {
            let shown = super::line(Language::of(&file), &lines, index, all);
            prop_assert_eq!(shown.chars().count(), line.chars().count());
        }
    }

    #[test]
    fn a_quoted_secret_behind_its_name_is_never_shown(
        name in "(SECRET_KEY|jwt_secret|dbPassword|accessToken|api_key)", secret in "[a-zA-Z0-9 !#%&()*;<=>?@^|~,.{}$-]{4,40}",
        quote in "[\"']", file in "a\\.(py|ts|json|yml|env)", separator in "( = |: |=)",
    ) {
        prop_assume!(!secret.trim().is_empty() && !["none", "HS256", "Bearer"].contains(&secret.trim()));
        prop_assume!(!literal::without_interpolations(&secret.chars().collect::<Vec<_>>()).is_empty());
        let source = format!("{name}{separator}{quote}{secret}{quote}");
        let shown = last(&file, &source);
        prop_assert!(!shown.contains(&secret), "{}", shown);
    }
}
