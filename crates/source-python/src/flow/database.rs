//! Look-ups: whether a row found by what the caller presents proves that he may present it.
//!
//! A row found by a secret column (a session's token, a key, a hash) does, once it is tested. A row found by an id,
//! an address or a name only tells who is meant.

use betroth_agreement::VerifierKind;
use ruff_python_ast::Expr;

use super::argument::Arguments;
use super::value::{Check, Proof, Taint, Value};
use super::{Engine, Exits, State, Values};
use crate::tree::Site;

/// Columns that name somebody and prove nothing.
const NAMING: &[&str] = &[
    "user_id",
    "userid",
    "email",
    "username",
    "ip",
    "ip_address",
    "name",
    "slug",
    "owner_id",
];

/// Words by which a table or collection of secrets is known, where it is looked up by its primary key.
const SECRETS: &[&str] = &["session", "token", "key", "credential"];

/// Methods that hand a statement to the database.
#[rustfmt::skip]
const EXECUTES: &[&str] = &[
    "execute", "exec", "scalar", "scalars", "fetchrow", "fetchval", "fetch", "fetch_one", "fetch_all", "fetch_val", "query", "query_one",
    "run", "one", "find_one", "find_first", "find_unique", "fetchone", "stream",
];

/// Methods of a result that yield a row, or `None`.
const ROW: &[&str] = &[
    "first",
    "one_or_none",
    "scalar_one_or_none",
    "scalar",
    "fetchone",
    "fetchval",
    "single",
    "get",
];

/// Methods of a result that raise where there is no row.
const ONE: &[&str] = &["one", "scalar_one", "get_or_404"];

impl<'a> Engine<'a, '_> {
    /// A column compared with a value: a condition of a query.
    pub(crate) fn predicate(
        &mut self,
        table: &str,
        column: &str,
        value: &Value<'a>,
        site: Site,
        state: &mut State<'a>,
    ) -> Value<'a> {
        let taint = value.taint();
        if taint.has(Taint::CREDENTIAL) && self.proves(table, column) {
            let check = self.lookup_check(site);
            return Value::proof(Taint::NOTHING, Proof::Predicate(check));
        }
        state.believe(value, site);
        Value::present(taint.without(Taint::CREDENTIAL.with(Taint::SECRET)))
    }

    fn proves(&self, table: &str, column: &str) -> bool {
        let column = column.to_ascii_lowercase();
        let table = table.to_ascii_lowercase();
        if column == "id" {
            return SECRETS.iter().any(|word| table.contains(word));
        }
        !NAMING.contains(&column.as_str())
    }

    fn lookup_check(&mut self, site: Site) -> Check {
        self.plain_check(site, VerifierKind::SessionLookup)
    }

    /// What a method of a query, a result, or a database yields; `None` where it is none of these.
    #[expect(clippy::too_many_arguments, reason = "a call is all of these")]
    pub(crate) fn query_method(
        &mut self,
        receiver: &Value<'a>,
        named: Option<&'a Expr>,
        name: &str,
        arguments: &Arguments<'a>,
        site: Site,
        state: &State<'a>,
        exits: &mut Exits<'a>,
    ) -> Option<Values<'a>> {
        let mut state = state.clone();
        if let Some(Proof::Query(check) | Proof::Result(check)) = receiver.check() {
            if ROW.contains(&name) {
                return Some(vec![(
                    state,
                    Value::proof(Taint::NOTHING, Proof::WhenTrue(check)),
                )]);
            }
            if ONE.contains(&name) {
                exits.raises.push((state.clone(), super::Exception::Any));
                state.facts.verify(check);
                return Some(vec![(state, Value::present(Taint::VERIFIED))]);
            }
            if matches!(
                name,
                "all" | "fetchall" | "to_list" | "exists" | "count" | "rowcount"
            ) {
                return Some(vec![(
                    state,
                    Value::proof(Taint::NOTHING, Proof::WhenTrue(check)),
                )]);
            }
            return Some(vec![(state, receiver.clone())]);
        }
        // A condition handed to a query, or a query handed to a database.
        if let Some(proof) = arguments.all().find_map(Value::check) {
            match proof {
                Proof::Predicate(check) => {
                    return Some(vec![(
                        state,
                        Value::proof(Taint::NOTHING, Proof::Query(check)),
                    )]);
                }
                Proof::Query(check) => {
                    let proof = if name == "scalar" {
                        Proof::WhenTrue(check)
                    } else {
                        Proof::Result(check)
                    };
                    let value = Value::proof(Taint::NOTHING, proof);
                    self.rebind(named, value.clone(), &mut state);
                    return Some(vec![(state, value)]);
                }
                _ => {}
            }
        }
        // `filter_by(token=token)`, `find_one({"token": token})`.
        let named_column = arguments
            .keywords
            .iter()
            .map(|(key, value)| (key.to_string(), value.clone()))
            .chain(arguments.positional.iter().flat_map(columns))
            .find(|(_, value)| value.taint().has(Taint::CREDENTIAL));
        if matches!(
            name,
            "filter_by"
                | "find_one"
                | "find"
                | "get_or_none"
                | "find_unique"
                | "find_first"
                | "get_one"
                | "eq"
        ) {
            let by_pair = match (name, arguments.positional.as_slice()) {
                ("eq", [Value::Str(column), value]) if value.taint().has(Taint::CREDENTIAL) => {
                    Some((column.to_string(), value.clone()))
                }
                _ => named_column,
            };
            if let Some((column, _)) = by_pair
                && self.proves("", &column)
            {
                let check = self.lookup_check(site);
                let proof = if matches!(name, "filter_by" | "find" | "eq") {
                    Proof::Query(check)
                } else {
                    Proof::WhenTrue(check)
                };
                return Some(vec![(state, Value::proof(Taint::NOTHING, proof))]);
            }
        }
        // `session.get(Session, token)`.
        if name == "get"
            && let [Value::Class(module, class), key, ..] = arguments.positional.as_slice()
        {
            if key.taint().has(Taint::CREDENTIAL)
                && self.proves(&class.0.name.to_ascii_lowercase(), "id")
            {
                let _ = module;
                let check = self.lookup_check(site);
                return Some(vec![(
                    state,
                    Value::proof(Taint::NOTHING, Proof::WhenTrue(check)),
                )]);
            }
            state.believe(key, site);
            let taint = key.taint().without(Taint::CREDENTIAL);
            return Some(vec![(state, Value::tainted(taint))]);
        }
        if EXECUTES.contains(&name) {
            return self.execute(named, name, arguments, site, state);
        }
        None
    }

    /// A statement in text with the credential among its parameters.
    fn execute(
        &mut self,
        named: Option<&'a Expr>,
        name: &str,
        arguments: &Arguments<'a>,
        site: Site,
        mut state: State<'a>,
    ) -> Option<Values<'a>> {
        let text = arguments.all().find_map(|value| match value {
            Value::Str(text) => Some(text.to_string()),
            _ => None,
        })?;
        if !arguments.taint().has(Taint::CREDENTIAL) {
            for argument in arguments.all() {
                state.believe(argument, site);
            }
            return None;
        }
        let (table, columns) = compared(&text);
        if columns.is_empty() || !columns.iter().any(|column| self.proves(&table, column)) {
            return None;
        }
        let check = self.lookup_check(site);
        let proof = match name {
            "fetchrow" | "fetchval" | "fetch_one" | "fetch_val" | "query_one" | "fetch"
            | "fetch_all" | "fetchone" => Proof::WhenTrue(check),
            _ => Proof::Result(check),
        };
        let value = Value::proof(Taint::NOTHING, proof);
        if matches!(proof, Proof::Result(_)) {
            self.rebind(named, value.clone(), &mut state);
        }
        Some(vec![(state, value)])
    }

    /// `text("…").bindparams(token=token)`: a query, where the credential is compared with a column that proves.
    pub(crate) fn bound_statement(
        &mut self,
        text: &str,
        arguments: &Arguments<'a>,
        site: Site,
    ) -> Option<Value<'a>> {
        if !arguments.taint().has(Taint::CREDENTIAL) {
            return None;
        }
        let (table, columns) = compared(text);
        if !columns.iter().any(|column| self.proves(&table, column)) {
            return None;
        }
        let check = self.lookup_check(site);
        Some(Value::proof(Taint::NOTHING, Proof::Query(check)))
    }

    /// `text("…")`, with parameters bound later or at once: kept as its text.
    pub(crate) fn statement_text(&self, arguments: &Arguments<'a>) -> Value<'a> {
        match arguments.positional.first() {
            Some(Value::Str(text)) => Value::Str(text.clone()),
            Some(other) => other.derived(),
            None => Value::opaque(),
        }
    }
}

fn columns<'a>(value: &Value<'a>) -> Vec<(String, Value<'a>)> {
    match value {
        Value::Dict(items) => items
            .iter()
            .filter_map(|(key, value)| Some((key.text()?.to_owned(), value.clone())))
            .collect(),
        _ => Vec::new(),
    }
}

/// The table that a `SELECT` reads and the columns that it compares with a parameter.
fn compared(sql: &str) -> (String, Vec<String>) {
    let words: Vec<&str> = sql
        .split(|c: char| c.is_whitespace() || c == '(' || c == ')')
        .filter(|word| !word.is_empty())
        .collect();
    let clean = |word: &str| {
        word.rsplit('.')
            .next()
            .unwrap_or(word)
            .trim_matches(['"', '`', '\'', ',', ';'])
            .to_ascii_lowercase()
    };
    let table = words
        .iter()
        .position(|word| word.eq_ignore_ascii_case("from"))
        .and_then(|at| words.get(at + 1))
        .map_or_else(String::new, |word| clean(word));
    let parameter = |word: &str| word.starts_with([':', '$', '%', '?', '@', '{']);
    let mut columns = Vec::new();
    for (i, word) in words.iter().enumerate() {
        if *word == "=" {
            if let (Some(left), Some(right)) = (
                i.checked_sub(1).and_then(|i| words.get(i)),
                words.get(i + 1),
            ) && parameter(right)
            {
                columns.push(clean(left));
            }
        } else if let Some((left, right)) = word.split_once('=')
            && parameter(right)
        {
            columns.push(clean(left));
        }
    }
    (table, columns)
}

#[cfg(test)]
mod tests {
    use super::compared;

    #[test]
    fn a_statement_tells_its_table_and_the_columns_compared() {
        let sql = r#"SELECT s."userId" FROM "session" s WHERE s.token = :token AND s."expiresAt" > NOW()"#;
        assert_eq!(compared(sql), ("session".into(), vec!["token".into()]));
        assert_eq!(compared("select 1 from users where id=$1").1, ["id"]);
        assert!(compared("select now()").1.is_empty());
    }
}
