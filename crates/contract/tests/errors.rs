//! What is told of a bad contract, word for word.

use betroth_contract::{Contract, ContractErrors, Environment, ErrorKind, Mode};
use insta::assert_snapshot;

/// Everything that is told of a text.
fn told(text: &str) -> String {
    match Contract::parse(text, "betroth.toml") {
        Ok(_) => "nothing".to_owned(),
        Err(errors) => errors.to_string(),
    }
}

#[test]
fn every_mistake_is_told_at_once() {
    let text = r#"
schema = 2
[issuer]
kind = "betterauth"
base_url = "ftp://app.example.com"
basepath = "/api/auth"
[token]
leeway = "5m"
lifetime = 900
"#;
    assert_snapshot!(told(text), @r#"
    error: `schema` is `2`, which this program does not know
      --> betroth.toml:2:10
       = why: keys of another version could mean something else
      hint: write `schema = 1`, or take the version of betroth that wrote the file

    error: `issuer.kind` does not take `betterauth`
      --> betroth.toml:4:8
      hint: did you mean `better-auth`? possible are `better-auth`, `oidc`, `other`

    error: `issuer.base_url` is `ftp://app.example.com`, no address of `http` or `https`
      --> betroth.toml:5:12
      hint: write an address such as `https://app.example.com`

    error: `issuer.basepath` is no key of `[issuer]`
      --> betroth.toml:6:1
       = why: a key that nobody reads looks like a promise that nobody keeps
      hint: did you mean `base_path`?

    error: `token.leeway` is `5m`, more than 120 seconds
      --> betroth.toml:8:10
       = why: every token lives that much longer than its issuer said
      hint: write at most `120s`, and set the clocks by NTP

    error: `token.lifetime` is a number, where a text is expected
      --> betroth.toml:9:12
      hint: write `lifetime = "15m"`
    "#);
}

#[test]
fn what_is_no_toml_is_told_with_its_place() {
    assert_snapshot!(told("[issuer]\nbase_url = https://app.example.com\n"), @"
    error: the contract is no TOML: string values must be quoted, expected literal string
      --> betroth.toml:2:12
      hint: mend the line; a text stands in quotes, a key once in its table
    ");
    assert_snapshot!(told("[web]\nroot = 'a'\nroot = 'b'\n"), @"
    error: the contract is no TOML: duplicate key
      --> betroth.toml:3:1
      hint: mend the line; a text stands in quotes, a key once in its table
    ");
}

#[test]
fn none_is_no_algorithm() {
    assert_snapshot!(told("[keys]\nalgorithms = ['EdDSA', 'none']\n"), @"
    error: `keys.algorithms` names `none`, which is no signature
      --> betroth.toml:2:24
       = why: anyone can write a token for anyone (RFC 8725 §3.2)
      hint: write the algorithm that the issuer signs with, as in `EdDSA`
    ");
}

#[test]
fn an_algorithm_of_the_other_form_is_a_contradiction() {
    assert_snapshot!(told("[keys]\nform = 'jwks'\nalgorithms = ['EdDSA', 'HS256']\n"), @r#"
    error: `keys.algorithms` names `HS256`, which no key of the form `jwks` checks
      --> betroth.toml:3:24
      ::: betroth.toml:2:8 the form
       = why: a public key taken for an HMAC secret lets anyone sign (RFC 8725 §2.1)
      hint: leave it out, or write `form = "shared-secret"`
    "#);
    assert_snapshot!(told("[keys]\nform = 'shared-secret'\nalgorithms = ['RS256']\n"), @r#"
    error: `keys.algorithms` names `RS256`, which no key of the form `shared-secret` checks
      --> betroth.toml:3:15
      ::: betroth.toml:2:8 the form
       = why: a public key taken for an HMAC secret lets anyone sign (RFC 8725 §2.1)
      hint: write `algorithms = ["HS256"]`, or another `form`
    "#);
}

#[test]
fn an_unknown_algorithm_is_told_with_those_that_are_known() {
    assert_snapshot!(told("[keys]\nalgorithms = ['ES265']\n"), @"
    error: `keys.algorithms` does not take `ES265`
      --> betroth.toml:2:15
      hint: did you mean `ES256`? possible are `EdDSA`, `Ed25519`, `ES256`, `ES384`, `ES512`, `PS256`, `PS384`, `PS512`, `RS256`, `RS384`, `RS512`, `HS256`, `HS384`, `HS512`
    ");
}

#[test]
fn a_key_that_the_form_does_not_read_is_a_contradiction() {
    assert_snapshot!(told("[keys]\nform = 'jwks'\nsecret = { env = 'JWT_SECRET' }\n"), @r#"
    error: `keys.secret` is not read where `keys.form` is `jwks`
      --> betroth.toml:3:10
      ::: betroth.toml:2:8 the form
       = why: who reads the contract would take it for what tokens are checked with
      hint: remove it, or write `form = "shared-secret"`
    "#);
}

#[test]
fn an_unknown_key_is_told_with_the_one_that_was_meant() {
    assert_snapshot!(told("[isuer]\n[token]\naudiance = 'a'\nttl = '15m'\n"), @"
    error: `isuer` is no key of the contract
      --> betroth.toml:1:2
       = why: a key that nobody reads looks like a promise that nobody keeps
      hint: did you mean `issuer`?

    error: `token.audiance` is no key of `[token]`
      --> betroth.toml:3:1
       = why: a key that nobody reads looks like a promise that nobody keeps
      hint: did you mean `audience`?

    error: `token.ttl` is no key of `[token]`
      --> betroth.toml:4:1
       = why: a key that nobody reads looks like a promise that nobody keeps
      hint: `[token]` has `audience`, `lifetime`, `leeway`, `max_age`, `required`, `types`
    ");
}

#[test]
fn an_origin_is_nothing_more() {
    assert_snapshot!(told("[web]\norigins = ['https://*.example.com', 'https://app.example.com/']\n"), @"
    error: `web.origins` is `https://*.example.com`, which stands for more than one origin
      --> betroth.toml:2:12
       = why: any page of such a host could call the API in a person's name
      hint: write every origin in full

    error: `web.origins` is `https://app.example.com/`, which goes on after the host
      --> betroth.toml:2:37
       = why: a browser sends no path, so the comparison would never hold
      hint: write `https://app.example.com`
    ");
}

#[test]
fn a_host_that_browsers_rewrite_is_refused() {
    assert_snapshot!(told("[issuer]\nbase_url = 'https://münchen.example'\n"), @"
    error: `issuer.base_url` has `ü` in its address
      --> betroth.toml:2:12
       = why: programs disagree on where such an address leads
      hint: write it percent-encoded, a host in punycode
    ");
    assert_snapshot!(told("[issuer]\nbase_url = 'http://127.1:3000'\n"), @"
    error: `issuer.base_url` has a host that is neither a name nor an IPv4 address
      --> betroth.toml:2:12
      hint: write an address such as `https://app.example.com`
    ");
}

#[test]
fn a_token_type_list_and_expiry_are_asked_for() {
    assert_snapshot!(told("[token]\nrequired = ['sub']\ntypes = []\n"), @r#"
    error: `token.required` leaves out `exp`
      --> betroth.toml:2:12
       = why: a token without it opens the API for ever, also to who stole it
      hint: add `"exp"`

    error: `token.types` names no `typ`
      --> betroth.toml:3:9
       = why: every token would be refused
      hint: write `types = ["", "JWT"]`; the empty text stands for a token without `typ`
    "#);
}

#[test]
fn a_longest_age_below_the_lifetime_is_a_contradiction() {
    assert_snapshot!(told("[token]\nlifetime = '1h'\nmax_age = '15m'\n"), @r#"
    error: `token.max_age` is `15m`, shorter than `token.lifetime`, `1h`
      --> betroth.toml:3:11
      ::: betroth.toml:2:12 the lifetime
       = why: tokens just issued would be refused
      hint: write at least `max_age = "1h"`, or a shorter `lifetime`
    "#);
}

#[test]
fn a_duration_has_a_unit() {
    assert_snapshot!(told("[token]\nlifetime = '900'\nmax_age = '1.5h'\n"), @"
    error: `token.lifetime` is `900`, which has no unit
      --> betroth.toml:2:12
      hint: write a whole number with its unit, `30s`, `15m`, `12h` or `7d`

    error: `token.max_age` is `1.5h`, which is no whole number with a unit
      --> betroth.toml:3:11
      hint: write a whole number with its unit, `30s`, `15m`, `12h` or `7d`
    ");
}

#[test]
fn an_open_route_cannot_ask_for_a_role() {
    assert_snapshot!(told("[[route]]\npath = '/admin'\naccess = 'public'\nroles = ['admin']\n"), @r#"
    error: `route.access` is `public`, and yet the route asks for `roles`
      --> betroth.toml:3:10
       = why: who comes without a credential has none of them, and is let in
      hint: write `access = "required"`, or remove `roles`
    "#);
}

#[test]
fn a_route_stands_once() {
    let text = "[[route]]\npath = '/a'\nmethods = ['GET', 'POST']\n[[route]]\npath = '/a'\nmethods = ['POST']\n";
    assert_snapshot!(told(text), @"
    error: `route.path` is `/a` a second time for the same method
      --> betroth.toml:5:8
      ::: betroth.toml:2:8 the first
       = why: which of them counts would depend on who reads
      hint: keep one, or give each its own `methods`
    ");
}

#[test]
fn a_route_names_an_api_that_there_is() {
    let text = "[api.main]\n[api.reports]\n[[route]]\npath = '/a'\n[[route]]\napi = 'report'\npath = '/b'\n";
    assert_snapshot!(told(text), @"
    error: `route.api` is missing where there are several APIs
      --> betroth.toml:3:1
      hint: add `api` with one of `main`, `reports`

    error: `route.api` is `report`, and there is no such API
      --> betroth.toml:6:7
      hint: did you mean `reports`?
    ");
}

#[test]
fn a_route_has_a_path() {
    assert_snapshot!(told("[[route]]\nmethods = ['get']\n"), @r#"
    error: `route.path` is missing
      --> betroth.toml:1:1
      hint: add `path = "/notes/{id}"`

    error: `route.methods` does not take `get`
      --> betroth.toml:2:12
      hint: did you mean `GET`? possible are `GET`, `HEAD`, `POST`, `PUT`, `PATCH`, `DELETE`, `OPTIONS`
    "#);
}

#[test]
fn keys_beside_named_apis_belong_to_none() {
    assert_snapshot!(told("[api]\nroot = 'backend'\n[api.reports]\nroot = 'reports'\n"), @"
    error: `api.root` stands beside APIs that have a name, `reports`
      --> betroth.toml:2:1
       = why: it would be nobody's
      hint: write it into `[api.reports]`
    ");
}

#[test]
fn a_mistyped_key_is_no_name_of_an_api() {
    assert_snapshot!(told("[api]\nulr = { env = 'API_URL' }\n"), @"
    error: `api.ulr` is no key of `[api]`
      --> betroth.toml:2:1
       = why: a key that nobody reads looks like a promise that nobody keeps
      hint: did you mean `url`?
    ");
}

#[test]
fn an_owner_names_its_rows_once() {
    let text = "[[owner]]\ncolumn = 'owner_id'\n[[owner]]\nmodel = 'app.Note'\ntable = 'notes'\ncolumn = 'owner_id'\n";
    assert_snapshot!(told(text), @r#"
    error: `owner` names neither `model` nor `table`
      --> betroth.toml:1:1
      hint: add `model = "app.models.Note"` or `table = "notes"`

    error: `owner.table` stands beside `model`
      --> betroth.toml:5:9
      ::: betroth.toml:4:9 the model
       = why: they could name different rows
      hint: keep one of both
    "#);
}

#[test]
fn a_session_looked_up_at_the_issuer_needs_no_database() {
    let text = "[session]\nlookup = 'get-session'\ndatabase = { env = 'DATABASE_URL' }\n";
    assert_snapshot!(told(text), @r#"
    error: `session.database` is not read where `session.lookup` is `get-session`
      --> betroth.toml:3:12
      ::: betroth.toml:2:10 the lookup
      hint: remove it, or write `lookup = "database"`
    "#);
}

#[test]
fn a_cookie_cache_that_is_never_looked_at_is_told() {
    let text = "[session]\naccept = ['session-cookie', 'cookie-cache']\n";
    assert_snapshot!(told(text), @"
    error: `session.accept` never comes to the cookie cache: each request that has it has the session cookie too
      --> betroth.toml:2:10
      hint: write `cookie-cache` before `session-cookie`, or leave it out
    ");
    let text = "[session]\naccept = ['cookie-cache']\ncookie = 'sid'\n";
    assert_snapshot!(told(text), @"
    error: `session.cookie` does not tell the name of its cookie cache
      --> betroth.toml:3:10
       = why: that follows from a name that ends in `session_token`
      hint: leave `cookie-cache` out of `accept`, or have Better Auth name both cookies by a prefix
    ");
}

#[test]
fn a_cookie_is_named_without_its_prefix() {
    assert_snapshot!(told("[session]\ncookie = '__Secure-better-auth.session_token'\n"), @"
    error: `session.cookie` begins with `__Secure-`
      --> betroth.toml:2:10
       = why: whether it does depends on the address, so both forms are looked for
      hint: write `better-auth.session_token`
    ");
}

#[test]
fn every_address_is_no_proxy() {
    assert_snapshot!(told("[limits]\nfailures = '20/fortnight'\ntrusted_proxies = ['0.0.0.0/0']\n"), @"
    error: `limits.failures` is `20/fortnight`, which is no rate
      --> betroth.toml:2:12
      hint: write how often in which time, `5/s`, `20/min`, `100/h` or `500/d`

    error: `limits.trusted_proxies` names `0.0.0.0/0`, which is every address
      --> betroth.toml:3:20
       = why: anyone could write any address into `X-Forwarded-For` and so escape every limit
      hint: write the addresses of the proxies alone
    ");
}

#[test]
fn an_exception_has_a_reason() {
    assert_snapshot!(told("[check]\nallow = [{ rule = 'hardcoded-secret', reason = ' ' }, { rule = 'x' }]\n"), @r#"
    error: `check.allow.reason` is empty
      --> betroth.toml:2:48
       = why: who reads the exception in a year asks for it
      hint: write in a few words why this is no danger

    error: `check.allow.reason` is missing
      --> betroth.toml:2:55
      hint: add `reason = "the file is a fixture"`
    "#);
}

#[test]
fn a_deployment_is_read_like_the_rest() {
    let text = "[web]\nroot = '/srv'\n[deployment.production]\nissuer.base_url = 'app.example.com'\nroute = []\n";
    assert_snapshot!(told(text), @"
    error: `web.root` is `/srv`, no folder below the contract
      --> betroth.toml:2:8
       = why: the contract stands at the top of the repository and is the same on every machine
      hint: write the folder relative to it with `/`, as in `backend`, or `.`

    error: `issuer.base_url` is `app.example.com`, no address of `http` or `https`
      --> betroth.toml:4:19
      hint: write an address such as `https://app.example.com`

    error: `deployment.production.route` is no key of `[deployment.production]`
      --> betroth.toml:5:1
       = why: a key that nobody reads looks like a promise that nobody keeps
      hint: `[deployment.production]` has `issuer`, `keys`, `token`, `claims`, `session`, `web`, `api`, `limits`
    ");
}

#[test]
fn a_folder_stays_in_the_repository() {
    assert_snapshot!(told("[web]\nroot = '../frontend'\n[api]\nroot = 'C:\\backend'\napp = 'main'\n"), @r"
    error: `web.root` is `../frontend`, no folder below the contract
      --> betroth.toml:2:8
       = why: the contract stands at the top of the repository and is the same on every machine
      hint: write the folder relative to it with `/`, as in `backend`, or `.`

    error: `api.root` is `C:\backend`, no folder below the contract
      --> betroth.toml:4:8
       = why: the contract stands at the top of the repository and is the same on every machine
      hint: write the folder relative to it with `/`, as in `backend`, or `.`

    error: `api.app` is `main`, no module with a name in it
      --> betroth.toml:5:7
      hint: write both with a colon, as in `app.main:app`
    ");
}

#[test]
fn a_value_has_the_type_of_its_key() {
    assert_snapshot!(told("issuer = 'https://app.example.com'\n[keys]\nalgorithms = 'EdDSA'\n[web]\norigins = { development = [] }\n"), @r#"
    error: `issuer` is a text, where a table is expected
      --> betroth.toml:1:10
      hint: write `[issuer]`

    error: `keys.algorithms` is a text, where a list is expected
      --> betroth.toml:3:14
      hint: write `algorithms = ["EdDSA"]`

    error: `web.origins.env` is missing
      --> betroth.toml:5:11
      hint: add `env = "NAME"`
    "#);
}

#[test]
fn no_algorithm_is_none_that_checks() {
    assert_snapshot!(told("[keys]\nalgorithms = []\n"), @"
    error: `keys.algorithms` names no algorithm
      --> betroth.toml:2:14
       = why: every token would be refused
      hint: write the algorithm that the issuer signs with, as in `EdDSA`
    ");
}

#[test]
fn a_table_is_told_as_one_writes_it() {
    assert_snapshot!(told("web = 'next'\n[route]\npath = '/a'\n"), @"
    error: `web` is a text, where a table is expected
      --> betroth.toml:1:7
      hint: write `[web]`

    error: `route` is a table, where a list is expected
      --> betroth.toml:2:1
      hint: write `[[route]]`
    ");
}

#[test]
fn what_a_terminal_would_obey_is_escaped() {
    assert_snapshot!(told("\"\\u001b[2J\" = 1\n"), @r"
    error: `\u{1b}[2J` is no key of the contract
      --> betroth.toml:1:1
       = why: a key that nobody reads looks like a promise that nobody keeps
      hint: the contract has `schema`, `issuer`, `keys`, `token`, `claims`, `session`, `web`, `api`, `route`, `owner`, `limits`, `deployment`, `check`, `lock`
    ");
}

#[test]
fn a_variable_that_is_not_set_is_named() {
    let contract = Contract::parse(
        "[issuer]\nbase_url = { env = 'AUTH_URL' }\n",
        "betroth.toml",
    );
    let environment = Environment::new(Mode::Production, []);
    let error = contract
        .unwrap()
        .resolve(&environment)
        .base_url()
        .unwrap_err();
    let errors = ContractErrors {
        file: "betroth.toml".to_owned(),
        errors: vec![*error],
    };
    assert_snapshot!(errors, @"
    error: `issuer.base_url` comes from `AUTH_URL`, which is not set
      --> betroth.toml:2:12
      hint: set `AUTH_URL`
    ");
}

#[test]
fn errors_carry_what_a_program_needs() {
    let errors = Contract::parse("[token]\nleway = '1s'\n", "betroth.toml").unwrap_err();
    let error = &errors.errors[0];
    assert_eq!(error.kind, ErrorKind::UnknownKey);
    assert_eq!(error.key, "token.leway");
    assert_eq!(
        error.span.map(|span| (span.line, span.column, span.width)),
        Some((2, 1, 5))
    );
}

#[test]
fn a_header_of_the_pages_is_one_that_every_answer_can_have() {
    let text = r#"
[web.headers]
"X Frame" = "DENY"
Set-Cookie = "a=b"
Access-Control-Allow-Origin = "https://app.example.com"
X-Frame-Options = "DENY\nX: y"
Referrer-Policy = "no-referrer"
referrer-policy = "origin"
"#;
    assert_snapshot!(told(text), @"
    error: `web.headers.X Frame` is `X Frame`, no name of a header
      --> betroth.toml:3:1
      hint: write a name without spaces and colon, as in `Cross-Origin-Opener-Policy`

    error: `web.headers.Set-Cookie` is a matter of each answer
      --> betroth.toml:4:1
       = why: the same for all of them, it would break some
      hint: have the handler send it that means it

    error: `web.headers.Access-Control-Allow-Origin` follows from the origins
      --> betroth.toml:5:1
       = why: the same for every page, it would let in who is not meant, or nobody
      hint: write the origins that may call into `web.origins`

    error: `web.headers.X-Frame-Options` holds what no header does
      --> betroth.toml:6:19
       = why: a line break in it would begin another header, or the body
      hint: write it in one line of plain letters, without spaces around it

    error: `web.headers.referrer-policy` stands there twice, and the case of its letters makes no difference
      --> betroth.toml:8:1
       = why: which of the two is sent would be chance
      hint: keep one
    ");
}
