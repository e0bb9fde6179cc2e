//! Next.js: a module with the headers, and the line of `next.config` that sends them.

use betroth_contract::{Framework, Headers};
use betroth_report::{Edit, Place, span};
use minijinja::{Value, context};
use regex::Regex;

use crate::files::{Standing, below};
use crate::layout::typescript;
use crate::plan::record_of;
use crate::project::{Project, WebSide};
use crate::target::{Output, Step};
use crate::template::{TemplateFault, fill, quoted};
use crate::typescript::last_import;

/// A header, with why it is sent.
#[derive(Clone, Debug)]
struct Header {
    name: String,
    key: String,
    value: String,
    why: Vec<&'static str>,
    /// Whether it is for https alone, so that it is not sent in development.
    production: bool,
}

impl Header {
    fn shown(&self) -> Value {
        let Self {
            key, value, why, ..
        } = self.clone();
        context! { key, value, why, production => self.production }
    }
}

const POLICY: &str = "Content-Security-Policy";
const TRANSPORT: &str = "Strict-Transport-Security";

/// What every application can send: OWASP, HTTP Headers Cheat Sheet.
const STANDARD: &[(&str, &str, &[&str])] = &[
    (
        "X-Content-Type-Options",
        "nosniff",
        &["An answer is what its type says: no upload is taken for a script."],
    ),
    (
        "Referrer-Policy",
        "strict-origin-when-cross-origin",
        &["No other site learns the path of a page, which may hold an id or a token."],
    ),
    (
        POLICY,
        "frame-ancestors 'none'; base-uri 'self'",
        &[
            "No other page frames ours, where a click would count as the person's own.",
            "Scripts are not limited: Next's own stand inline, and need a nonce each.",
        ],
    ),
    (
        "Permissions-Policy",
        "camera=(self), geolocation=(self), microphone=(self)",
        &["No foreign frame asks for these in our name; close what is not used."],
    ),
    (
        TRANSPORT,
        "max-age=31536000",
        &["Seen over https once, the site is asked over https alone."],
    ),
];

/// Names of a configuration, with the ending of the module beside it.
const CONFIGURATIONS: &[(&str, &str)] = &[
    ("next.config.ts", "ts"),
    ("next.config.mjs", "mjs"),
    ("next.config.js", "js"),
];

/// What the module gives.
const NAME: &str = "securityHeaders";
const MODULE: &str = "security-headers";

pub(super) fn outputs(project: &Project<'_>) -> Result<Vec<Output>, TemplateFault> {
    let wanted = |web: &&WebSide<'_>| *web.contract.framework == Framework::Next;
    let Some(web) = project.web.as_ref().filter(wanted) else {
        return Ok(Vec::new());
    };
    let headers = headers(&web.contract.headers, has_policy(project, web));
    let standing = CONFIGURATIONS.iter().find_map(|(name, ending)| {
        let file = below(web.root, name);
        Some((project.files.text(&file)?, file, *ending))
    });
    let Some((text, file, ending)) = standing else {
        return new(project, web, &headers);
    };
    if project.files.standing(&record_of(&file)) == Standing::File {
        return new(project, web, &headers);
    }
    // A site that is exported as files is served by somebody else, who sends the headers.
    if matches(&text, r#"(?m)^\s*output:\s*["']export["']"#) {
        return Ok(Vec::new());
    }
    let path = below(web.root, &format!("{MODULE}.{ending}"));
    let known = project.files.standing(&record_of(&path)) == Standing::File;
    if !known && matches(&text, r"\bheaders\b\s*[:(]") && !takes_module(&text) {
        return Ok(missing(&text, file, &headers).into_iter().collect());
    }
    let required = matches(&text, r"(?m)^module\.exports\b");
    let mut outputs = vec![module(web, path, &headers, required)?];
    if !takes_module(&text) {
        outputs.push(taken_in(web, &text, file, ending, required));
    }
    Ok(outputs)
}

/// A configuration where there is none: one that every version of Next.js reads.
fn new(
    project: &Project<'_>,
    web: &WebSide<'_>,
    headers: &[Header],
) -> Result<Vec<Output>, TemplateFault> {
    let config = below(web.root, "next.config.mjs");
    let others = [".mts", ".cjs"].map(|it| below(web.root, &format!("next.config{it}")));
    let path = below(web.root, &format!("{MODULE}.mjs"));
    let module = module(web, path, headers, false)?;
    let other = others
        .into_iter()
        .find_map(|file| Some((project.files.text(&file)?, file)));
    if let Some((text, file)) = other {
        let step = left(Place::new(file, 1, 1), "mjs", false);
        let missing = (!takes_module(&text)).then_some(step);
        return Ok([module].into_iter().chain(missing).collect());
    }
    let text = fill(&config, include_str!("next_config.mjs.jinja"), context! {})?;
    let text = typescript(&text, &web.style);
    Ok(vec![module, Output::File { path: config, text }])
}

/// What is sent: the standard, as far as the contract does not say otherwise, and what it adds.
fn headers(own: &Headers, has_policy: bool) -> Vec<Header> {
    let standard = STANDARD
        .iter()
        .filter(|(name, ..)| *name != POLICY || !has_policy);
    let mut headers: Vec<Header> = standard
        .map(|(name, value, why)| header(name, value, why.to_vec()))
        .collect();
    for (name, value) in own.iter() {
        let known = headers.iter().position(|it| name.is(&it.name));
        match known {
            Some(at) if value.is_empty() => {
                headers.remove(at);
            }
            Some(at) => {
                let why = headers[at].why[..1].to_vec();
                headers[at] = header(&headers[at].name.clone(), value.as_str(), why);
            }
            None if value.is_empty() => {}
            None => headers.push(header(
                name.as_str(),
                value.as_str(),
                vec!["As the contract says."],
            )),
        }
    }
    headers
}

fn header(name: &str, value: &str, why: Vec<&'static str>) -> Header {
    Header {
        name: name.to_owned(),
        key: quoted(name),
        value: quoted(value),
        why,
        production: name.eq_ignore_ascii_case(TRANSPORT),
    }
}

/// Whether a module that sees every request sends a policy of its own, which ours would replace.
fn has_policy(project: &Project<'_>, web: &WebSide<'_>) -> bool {
    ["proxy.ts", "middleware.ts", "proxy.js", "middleware.js"]
        .iter()
        .filter_map(|name| project.files.text(&web.path(name)))
        .any(|text| text.contains(POLICY))
}

fn module(
    web: &WebSide<'_>,
    path: String,
    headers: &[Header],
    required: bool,
) -> Result<Output, TemplateFault> {
    let headers: Vec<Value> = headers.iter().map(Header::shown).collect();
    let values = context! { headers, required, name => NAME };
    let text = fill(&path, include_str!("security_headers.ts.jinja"), values)?;
    Ok(Output::File {
        path,
        text: typescript(&text, &web.style),
    })
}

/// What a person's own headers lack.
fn missing(text: &str, file: String, headers: &[Header]) -> Option<Output> {
    let lower = text.to_ascii_lowercase();
    let lines: Vec<String> = headers
        .iter()
        .filter(|it| !lower.contains(&it.name.to_ascii_lowercase()))
        .map(|it| format!("{{ key: {}, value: {} }},", it.key, it.value))
        .collect();
    let line = text.lines().position(|line| line.contains("headers"))?;
    let line = u32::try_from(line + 1).unwrap_or(u32::MAX);
    (!lines.is_empty()).then(|| {
        Output::Step(Step {
            says: "send these headers with every answer too".to_owned(),
            place: Some(Place::new(file, line, 1)),
            lines,
        })
    })
}

fn import(ending: &str, required: bool) -> String {
    match (ending, required) {
        (_, true) => format!("const {{ {NAME} }} = require(\"./{MODULE}\");"),
        ("ts", _) => format!("import {{ {NAME} }} from \"./{MODULE}\";"),
        (ending, _) => format!("import {{ {NAME} }} from \"./{MODULE}.{ending}\";"),
    }
}

fn property() -> String {
    format!("headers: async () => [{{ source: \"/:path*\", headers: {NAME} }}],")
}

fn left(place: Place, ending: &str, required: bool) -> Output {
    Output::Step(Step {
        says: "send the headers with every answer".to_owned(),
        place: Some(place),
        lines: vec![import(ending, required), property()],
    })
}

/// The lines by which the configuration takes the module, where these can be written.
fn taken_in(web: &WebSide<'_>, text: &str, file: String, ending: &str, required: bool) -> Output {
    let Some(brace) = object(text) else {
        return left(Place::new(file, 1, 1), ending, required);
    };
    let style = web.style.of_module(text);
    let laid_out = |line: &str| typescript(line, &style).trim_end().to_owned();
    let line = laid_out(&property());
    let inside = text.get(brace + 1..).unwrap_or_default();
    let step = style.indent.step();
    let property = if inside.trim_start().starts_with('}') && !inside.starts_with('\n') {
        format!("\n{step}{line}\n")
    } else if inside.starts_with('\n') || inside.starts_with("\r\n") {
        format!("\n{step}{line}")
    } else {
        format!(" {line}")
    };
    let import = laid_out(&import(ending, required));
    let (at, import) = match last_import(text) {
        Some(at) => (at, format!("{import}\n")),
        None => (0, format!("{import}\n\n")),
    };
    Output::Edit {
        edits: vec![
            Edit::new(&file, at..at, import),
            Edit::new(&file, brace + 1..brace + 1, property),
        ],
        says: "every answer has the headers of `security-headers`".to_owned(),
    }
}

/// The brace of the object that is exported; `None` where it is not written in a way that is safe to change.
fn object(text: &str) -> Option<usize> {
    let begins = Regex::new(
        r"(?m)^(?:export default|module\.exports =|(?:const|let|var) (\w+)(?:\s*:\s*[\w.]+)?\s*=)\s*\{",
    );
    let begins = begins.ok()?;
    let mut found = begins.captures_iter(text).filter(|groups| {
        groups.get(1).is_none_or(|name| {
            let exported = format!(
                r"(?m)^(?:export default|module\.exports =).*\b{}\b",
                name.as_str()
            );
            matches(text, &exported)
        })
    });
    let brace = found.next()?.get(0)?.end() - 1;
    let whole = span::brackets(text, brace).filter(|_| found.next().is_none())?;
    // What is spread into it may bring headers of its own.
    (!text[whole].contains("...")).then_some(brace)
}

/// Whether a configuration imports the module of the headers.
fn takes_module(text: &str) -> bool {
    matches(text, &format!(r#"["']\./{MODULE}(?:\.\w+)?["']"#))
}

fn matches(text: &str, pattern: &str) -> bool {
    Regex::new(pattern).is_ok_and(|pattern| pattern.is_match(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_object_that_is_exported_is_found_in_each_form() {
        for text in [
            "const config: NextConfig = {\n};\n\nexport default config;\n",
            "const x = {};\nconst nextConfig = {}\n\nmodule.exports = withIntl(nextConfig)\n",
            "export default {\n  reactStrictMode: true,\n};\n",
            "module.exports = { reactStrictMode: true };\n",
        ] {
            assert!(object(text).is_some(), "{text}");
        }
        for text in [
            "const config = { ...base };\nexport default config;\n",
            "export default defineConfig(() => ({}));\n",
            "const config = {};\nexport default other;\n",
        ] {
            assert_eq!(object(text), None, "{text}");
        }
    }
}
