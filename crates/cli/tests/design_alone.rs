//! The document of a contract alone, before there is a source: each says what is true of its own contract.

#![expect(
    clippy::unwrap_used,
    reason = "a builder of folders that fails is a test that fails"
)]

use std::fs;
use std::process::{Command, Stdio};

/// A contract, what its document says, and what it must not say.
type Case = (
    &'static str,
    &'static [&'static str],
    &'static [&'static str],
);

const TOKENS: [Case; 6] = [
    (
        "[web]\n[api]\n[token]\ntypes = [\"at+jwt\"]",
        &[
            "\"typ\": \"at+jwt\"",
            "Better Auth writes no `typ`, and this contract asks for one",
        ],
        &["Better Auth writes `alg` and `kid`, and no `typ`."],
    ),
    (
        "[web]\n[api]\n[token]\nleeway = \"0s\"",
        &["`now >= exp`", "at most 900 seconds"],
        &["inside the leeway", "exp + 0", "900 + 0"],
    ),
    (
        "[web]\n[api]\n[token]\nrequired = [\"exp\"]\n[claims]\nsubject = \"user.id\"",
        &[
            "\"id\": \"user_example_ada\"",
            "| a token without `user.id` | 401 `unauthorized` |",
        ],
        &["`null` (`sub` never)"],
    ),
    (
        "[issuer]\nkind = \"oidc\"\nbase_url = \"https://id.example.com\"\n[web]\n[api]",
        &["| where a token is given | as the issuer says |"],
        &["Better Auth", "with the session cookie", "/token`"],
    ),
    (
        "[keys]\nform = \"public-key\"\npublic_key = \"\"\"\n-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAcZYFQQdQIG8RSJy6B4rAFZJMrW7hAPPIdNMlPuDqPwo=\n-----END PUBLIC KEY-----\n\"\"\"\n[web]\n[api]",
        &["-----BEGIN PUBLIC KEY-----\nMCow"],
        &["-----BEGIN PUBLIC KEY----- MCow"],
    ),
    (
        "[web]\n[api.one]\naudience = \"https://one.example.com\"\n[api.two]\naudience = \"https://two.example.com\"",
        &[
            "no way to ask it for an audience",
            "routes that nobody named, of `one`",
        ],
        &[],
    ),
];

const SIDES: [Case; 7] = [
    (
        "[web]\n[api]\ndefault = \"public\"",
        &["asks for what a route outside the table asks for."],
        &["nobody learns", "the row of another"],
    ),
    (
        "[web]\norigins = [\"https://a.example.com\", \"https://b.example.com\"]\n[api]",
        &["from `https://a.example.com`, `https://b.example.com`."],
        &[],
    ),
    (
        "[web.headers]\nReferrer-Policy = \"no-referrer\"\nX-Frame-Options = \"\"\n[api]",
        &[
            "| `Referrer-Policy` | pages, by `[web.headers]` of the contract | `no-referrer` |",
            "| `X-Frame-Options` | pages, by `[web.headers]` of the contract | not sent |",
        ],
        &[],
    ),
    (
        "[web]\ntransport = \"proxy\"\n[api]",
        &[
            "### The hop between",
            "every request asks the issuer once",
            "Below which path",
        ],
        &["it is not fetched anew for each one"],
    ),
    (
        "[web]\ntransport = \"gateway\"\n[api]",
        &["### The hop between", "Where the gateway is"],
        &["every request asks the issuer once"],
    ),
    (
        "[session]\naccept = [\"cookie-cache\"]\n[web]\n[api]",
        &[
            "; better-auth.session_data=EXAMPLE",
            "until the page has had it written anew",
        ],
        &["as Database", "Look up", "database of sessions stopped"],
    ),
    (
        "[session]\naccept = [\"session-token\"]\nlookup = \"get-session\"\n[web]\n[api]",
        &[
            "Authorization: Bearer EXAMPLE-TOKEN.EXAMPLE-SIGNATURE\n",
            "Cookies are not looked at",
            "A page that holds the session token",
        ],
        &[
            "Pages hold no token",
            "Cookie: better-auth.session_token=EXAMPLE",
        ],
    ),
];

#[test]
fn what_is_said_of_a_token_is_true_of_its_contract() {
    hold(&TOKENS);
}

#[test]
fn what_is_said_of_pages_and_sessions_is_true_of_their_contract() {
    hold(&SIDES);
}

#[test]
fn where_there_is_no_source_that_is_open_and_nothing_passes_for_checked() {
    let text = told("[web]\n[api]\n");
    assert!(text.contains("this document is of the contract alone"));
    assert!(text.contains("nothing was checked"));
    assert!(!text.contains("No finding"));
}

fn hold(cases: &[Case]) {
    for (contract, says, keeps_back) in cases {
        let text = told(contract);
        for part in *says {
            assert!(text.contains(part), "{contract}\nlacks {part}:\n{text}");
        }
        for part in *keeps_back {
            assert!(!text.contains(part), "{contract}\nsays {part}:\n{text}");
        }
    }
}

/// The document of a contract without any source.
fn told(contract: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("betroth.toml");
    fs::write(file, format!("schema = 1\n{contract}")).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_betroth"))
        .arg("design")
        .current_dir(folder.path())
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(0), "{said}");
    String::from_utf8(output.stdout).unwrap()
}
