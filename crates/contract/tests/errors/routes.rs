//! Routes, the APIs that serve them, and the owners of rows.

use insta::assert_snapshot;

use super::told;

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
