//! Files that nobody should have written: none stops the reading, and what is not read is said.

use std::fmt::Write as _;

use betroth_source_typescript::{Facts, SourceFile, read};

const PACKAGE: &str = r#"{"dependencies": {"next": "16", "better-auth": "1.7"}}"#;
const AUTH: &str =
    r#"import { betterAuth } from "better-auth"; export const auth = betterAuth({});"#;

/// Reads a text beside a sound module.
fn beside(name: &str, text: impl Into<std::sync::Arc<str>>) -> Facts {
    let facts = read(&[
        SourceFile::new("package.json", PACKAGE),
        SourceFile::new(format!("lib/{name}"), text),
        SourceFile::new("lib/auth.ts", AUTH),
    ]);
    assert_eq!(
        facts.webs[0].auth.len(),
        1,
        "the sound module is still read"
    );
    facts
}

#[test]
fn syntax_error_is_said_with_its_line() {
    let facts = beside("a.ts", "const a = 1;\nconst b = ;\n");
    assert_eq!(
        (
            facts.unread[0].place.line,
            facts.unread[0].place.file.as_str()
        ),
        (2, "lib/a.ts")
    );
    assert!(facts.unread[0].why.starts_with("syntax error"));
}

#[test]
fn text_that_is_no_code_is_said() {
    for text in [
        "\0\0\0",
        "\u{feff}\0(",
        "<?php echo 1;",
        "%PDF-1.7 \u{1}\u{2}",
        "{{{{{{",
        "`${`${`${",
        "/* never closed",
        "'never closed",
        "\u{202e}const a",
    ] {
        assert!(!beside("a.tsx", text).unread.is_empty(), "{text:?}");
    }
}

#[test]
fn empty_file_is_nothing_to_speak_of() {
    assert!(beside("a.ts", "").unread.is_empty());
    assert!(read(&[]).webs.is_empty());
}

#[test]
fn broken_manifest_is_said() {
    for text in ["{", "", "[1, 2", "\0", "{\"dependencies\": 3}", "null"] {
        let facts = read(&[
            SourceFile::new("web/package.json", text),
            SourceFile::new("web/a.ts", "export {}"),
        ]);
        assert!(facts.webs.is_empty(), "{text:?}");
    }
}

#[test]
fn huge_file_is_left_out() {
    let facts = beside("a.ts", "x();\n".repeat(1 << 20));
    assert!(facts.unread[0].why.contains("bytes"));
}

#[test]
fn deep_nesting_does_not_exhaust_the_stack() {
    for depth in [200, 9_000, 30_000] {
        let nested = [
            format!("{}1{}", "(".repeat(depth), ")".repeat(depth)),
            format!("{}{}", "[".repeat(depth), "]".repeat(depth)),
            format!("const a = {}1{}", "{a:".repeat(depth), "}".repeat(depth)),
            format!("const a = {}1", "!".repeat(depth)),
            format!("const a = 1{}", " + 1".repeat(depth)),
            format!("const a = b{}", ".c".repeat(depth)),
            format!("const a = b{}", "?.c".repeat(depth)),
            format!("const a = b{}", "()".repeat(depth)),
            format!("const a = {}1", "b => ".repeat(depth)),
            format!("const a = {}1", "b ? c : ".repeat(depth)),
            format!("const a = {}1", "b = ".repeat(depth)),
            format!("const a = {}b", "await ".repeat(depth)),
            format!("const a = {}b", "typeof ".repeat(depth)),
            format!("const a = b{}", " as any".repeat(depth)),
            format!("{} c();", "if (a) b(); else ".repeat(depth)),
            format!("{}c();", "a: ".repeat(depth)),
            format!("const a = {}{}", "`${".repeat(depth), "}`".repeat(depth)),
            format!("type A = {}string", "keyof ".repeat(depth)),
        ];
        for text in nested {
            beside("a.ts", text);
        }
        let elements = format!("const a = {}{}", "<a>".repeat(depth), "</a>".repeat(depth));
        beside("a.tsx", elements);
    }
}

#[test]
fn modules_that_import_each_other_are_read() {
    let facts = read(&[
        SourceFile::new("package.json", PACKAGE),
        SourceFile::new(
            "lib/a.ts",
            "export * from './b'; export { token } from './c'; import { token } from './b'; fetch(process.env.API + '/x', { headers: { Authorization: `Bearer ${token}` } });",
        ),
        SourceFile::new(
            "lib/b.ts",
            "export * from './a'; export { token } from './a';",
        ),
        SourceFile::new(
            "lib/c.ts",
            "export * from './c'; export { token } from './b';",
        ),
    ]);
    assert_eq!(facts.webs[0].calls.len(), 1);
}

#[test]
fn values_that_are_made_of_themselves_are_given_up() {
    let text = "
let a = b; let b = c; let c = a;
function f(x) { return g(x); } function g(x) { return f(x); }
class A extends B {} class B extends A {}
const key = localStorage.getItem(key); localStorage.setItem(key, key); localStorage.setItem('k', localStorage.getItem('k'));
document.cookie = document.cookie;
const [s, setS] = useState(s); setS(s);
const o = { ...o, headers: o.headers };
fetch(process.env.API + f(a) + new A().x + key + s, { ...o, headers: { Authorization: f(localStorage.getItem('k')) } });";
    assert_eq!(beside("a.ts", text).webs[0].calls.len(), 1);
}

#[test]
fn many_wrappers_around_one_another_are_followed_only_so_far() {
    let mut text = String::from(
        "export const f0 = (path) => fetch(process.env.API + path, { headers: { Authorization: t(path) } });\n",
    );
    for level in 1..200 {
        writeln!(text, "export const f{level} = (path) => {{ f{}(path); f{}(path + 'a'); return f{}(path + 'b'); }};", level - 1, level - 1, level / 2).expect("a string takes it");
    }
    beside("a.ts", text);
}
