use super::*;

/// Where each instruction of a Python text stands, the line for which it holds, and what it says.
fn said(text: &str) -> Vec<String> {
    shown(&read("a.py", text, &betroth_source_python::comments(text)))
}

fn said_of_script(text: &str) -> Vec<String> {
    let file = SourceFile::new("a.tsx", text);
    shown(&read(
        "a.tsx",
        text,
        &betroth_source_typescript::comments(&file),
    ))
}

fn shown(allowances: &[Allowance]) -> Vec<String> {
    let allowances = allowances.iter().map(|it| {
        let said = match &it.said {
            Ok(said) => format!("{}: {}", said.rules.join("+"), said.reason),
            Err(fault) => fault.to_string(),
        };
        let Place { line, column, .. } = it.place;
        format!("{line}:{column} for {}: {said}", it.line)
    });
    allowances.collect()
}

#[test]
fn a_comment_holds_for_its_line_or_where_it_has_its_lines_to_itself_for_the_line_below() {
    let text = "\
a = 1  # betroth: allow(expiry-optional): one
# betroth: allow(issuer-unchecked, audience-unchecked): two
#  and what else there is to say
    # betroth:allow( expiry-optional ) : three
b = 1

# betroth: allow(expiry-optional): of nothing

c = '# betroth: allow(expiry-optional): no comment'
d = 1  # noqa  # betroth: allow(expiry-optional): four
";
    assert_eq!(
        said(text),
        [
            "1:10 for 1: expiry-optional: one",
            "2:3 for 5: issuer-unchecked+audience-unchecked: two",
            "4:7 for 5: expiry-optional: three",
            "7:3 for 8: expiry-optional: of nothing",
            "10:18 for 10: expiry-optional: four",
        ]
    );
}

#[test]
fn scripts_have_comments_of_three_kinds() {
    let text = "\
const a = 1 // betroth: allow(expiry-optional): one
/* betroth: allow(expiry-optional): two */
const b = '// betroth: allow(expiry-optional): none'
/**
 * Words.
 * betroth: allow(expiry-optional): three
 */
export const C = () => (
  <p>
    {/* betroth: allow(expiry-optional): four */}
    <b />
    {
      // betroth: allow(expiry-optional): five
    }
    <i /> {/* betroth: allow(expiry-optional): six */}
  </p>
)
";
    assert_eq!(
        said_of_script(text),
        [
            "1:16 for 1: expiry-optional: one",
            "2:4 for 3: expiry-optional: two",
            "6:4 for 8: expiry-optional: three",
            "10:9 for 11: expiry-optional: four",
            "13:10 for 14: expiry-optional: five",
            "15:15 for 15: expiry-optional: six",
        ]
    );
}

#[test]
fn what_is_not_whole_does_not_hold_and_says_what_to_write() {
    for (comment, fault, help) in [
        ("allow(expiry-optional)", "gives no reason", FORM),
        ("allow(expiry-optional): ", "gives no reason", FORM),
        ("allow(expiry-optional): …", "gives no reason", FORM),
        (
            "allow(expiry-optionl): why",
            "no rule is named `expiry-optionl`",
            "did you mean `expiry-optional`?",
        ),
        (
            "allow(expiry-optional, zzz): why",
            "no rule is named `zzz`",
            "`betroth rules` lists them",
        ),
        ("allow(): why", "nothing that is understood", FORM),
        ("allow", "nothing that is understood", FORM),
        (
            "ignore(expiry-optional): why",
            "nothing that is understood",
            FORM,
        ),
        ("allow(expiry-optional", "nothing that is understood", FORM),
    ] {
        let text = format!("a = 1  # betroth: {comment}\n");
        let read = read("a.py", &text, &betroth_source_python::comments(&text));
        let fault_said = read[0].said.clone().unwrap_err();
        assert!(
            fault_said.to_string().contains(fault),
            "{comment}: {fault_said}"
        );
        assert_eq!(fault_said.help(), help, "{comment}");
    }
}

#[test]
fn prose_that_names_the_program_says_nothing() {
    for comment in [
        "betroth: checked in the build",
        "betroth: allows what the gateway has checked",
        "see betroth: allow(x): y",
        "a betroth rule",
    ] {
        assert_eq!(said(&format!("a = 1  # {comment}\n")), [""; 0], "{comment}");
    }
}
