//! Tokens: their types, ages and lifetimes.

use insta::assert_snapshot;

use super::told;

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
