//! Sessions and their cookies.

use insta::assert_snapshot;

use super::told;

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
