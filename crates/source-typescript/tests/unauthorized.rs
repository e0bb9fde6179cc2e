//! Whether anything looks for 401 where the answer of a call goes.

mod front_end;

use front_end::web;

/// The page that calls the API, with what it makes of the answer, and further files.
fn looks(answer: &str, files: &[(&str, &str)]) -> bool {
    let page = format!(
        r#"
import {{ authClient }} from "@/lib/auth-client";
async function load() {{
  const {{ data }} = await authClient.token();
  const response = await fetch(`${{process.env.NEXT_PUBLIC_API_URL}}/tasks`, {{ headers: {{ Authorization: `Bearer ${{data.token}}` }} }});
  {answer}
  return response.json();
}}
export default function Page() {{ load(); return null; }}
"#
    );
    let mut all = vec![("app/page.tsx", page.as_str())];
    all.extend(files);
    let web = web(&all);
    assert_eq!(web.calls.len(), 1);
    web.calls[0].answer.looks_for_401
}

#[test]
fn a_status_is_compared_in_many_forms() {
    for answer in [
        "if (response.status === 401) location.assign('/login');",
        "if (response.status !== 401) return response.json(); location.assign('/login');",
        "if ([401, 403].includes(response.status)) await authClient.signOut();",
        "switch (response.status) { case 401: throw new Error('log in again'); }",
        "const told = { 401: 'log in again' }[response.status];",
        "if (!response.ok) { localStorage.removeItem('access_token'); }",
        "if (response.status === HttpStatus.UNAUTHORIZED) throw new LoggedOut();",
        "if (!response.ok) return router.push('/sign-in');",
        "if (!response.ok) { window.location.href = `/login?next=${path}`; }",
    ] {
        assert!(looks(answer, &[]), "{answer}");
    }
}

#[test]
fn a_line_in_the_log_and_any_other_failure_are_no_answer_to_401() {
    for answer in [
        "",
        "if (!response.ok) throw new Error(`failed: ${response.status}`);",
        "if (response.status === 401) { console.warn('401'); }",
        "if (response.status !== 401) return response.json(); console.warn('401'); throw failure;",
        "if (response.status === 404) return null;",
        "const { status } = await authClient.signIn.email(form); if (status === 401) show('wrong password');",
    ] {
        assert!(!looks(answer, &[]), "{answer}");
    }
}

#[test]
fn what_looks_at_all_answers_looks_at_this_one_if_it_runs() {
    let cache = "export function Cache() { return new QueryCache({ onError: (error) => { if (error.status === 401) location.assign('/login'); } }); }";
    let layout = "import { Cache } from '../lib/cache'; export default function Layout() { return Cache(); }";
    assert!(looks(
        "",
        &[("lib/cache.ts", cache), ("app/layout.tsx", layout)]
    ));
    assert!(!looks("", &[("lib/cache.ts", cache)]));
    let unused = "export function check(response) { if (response.status === 401) location.assign('/login'); }
export function both(response) { return check(response); }";
    assert!(!looks("", &[("lib/check.ts", unused)]));
}

#[test]
fn a_handler_that_hands_the_status_on_leaves_401_to_its_callers() {
    let handler = r#"
import { auth } from "@/lib/auth";
export async function GET(request: Request) {
  const { token } = await auth.api.getToken({ headers: request.headers });
  const answer = await fetch(`${process.env.API_URL}/tasks`, { headers: { Authorization: `Bearer ${token}` } });
  return Response.json(await answer.json(), { status: answer.status });
}
"#;
    let asked = |answer: &str| {
        let page = format!(
            "export default async function Page() {{ const answer = await fetch('/api/tasks'); {answer} return null; }}"
        );
        let web = web(&[("app/api/tasks/route.ts", handler), ("app/page.tsx", &page)]);
        let call = web.calls.iter().find(|call| call.server);
        call.map(|call| call.answer.looks_for_401)
    };
    assert_eq!(
        asked("if (answer.status === 401) location.assign('/login');"),
        Some(true)
    );
    assert_eq!(asked("if (!answer.ok) show('failed');"), Some(false));
}

#[test]
fn what_a_page_exports_is_called_by_the_framework() {
    let page = r#"
export async function getServerSideProps() {
  const response = await fetch(`${process.env.API_URL}/tasks`, { credentials: "include" });
  if (response.status === 401) return { redirect: { destination: "/login" } };
  return { props: await response.json() };
}
export default function Page() { return null; }
"#;
    let web = web(&[("pages/tasks.tsx", page)]);
    assert!(web.calls[0].answer.looks_for_401);
    assert!(web.looks_for_401);
}
