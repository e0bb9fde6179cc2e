use oxc_ast::ast::{BinaryOperator, Expression};

use super::{Applied, At, Chain, Root, Tracer};
use crate::project::FunctionRef;

/// Templates and concatenations inside one another.
const DEPTH: usize = 12;
/// Names before a variable's own: `process.env.X`, `import.meta.env.X`, `Deno.env.get("X")`.
const ENVIRONMENTS: [&str; 3] = ["process", "import.meta", "Bun"];

/// A part of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Piece {
    Text(String),
    /// An environment variable, with the literal that stands in for it.
    Environment {
        name: String,
        default: Option<String>,
    },
    /// What the caller of a function gives.
    Parameter(FunctionRef, usize),
    Unknown,
}

/// A text as far as it is known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Words {
    pub(crate) pieces: Vec<Piece>,
}

impl<'a> Chain<'a> {
    /// The environment variable that it reads.
    pub(crate) fn variable(&self) -> Option<&'a str> {
        matches!(&self.root, Root::Global(root) if ENVIRONMENTS.contains(root)).then_some(())?;
        self.names().skip_while(|name| *name != "env").nth(1)
    }
}

impl Words {
    /// The text where all of it is known.
    pub(crate) fn literal(&self) -> Option<String> {
        let mut whole = String::new();
        for piece in &self.pieces {
            match piece {
                Piece::Text(text) => whole.push_str(text),
                _ => return None,
            }
        }
        Some(whole)
    }

    /// The text with `{}` for each part that is not known; a variable's default stands for it.
    pub(crate) fn shown(&self) -> String {
        let mut shown = String::new();
        for piece in &self.pieces {
            match piece {
                Piece::Text(text)
                | Piece::Environment {
                    default: Some(text),
                    ..
                } => shown.push_str(text),
                _ => shown.push_str("{}"),
            }
        }
        shown
    }

    /// The environment variable at the start, or the only one.
    pub(crate) fn environment(&self) -> Option<&str> {
        self.pieces.iter().find_map(|piece| match piece {
            Piece::Environment { name, .. } => Some(name.as_str()),
            _ => None,
        })
    }

    fn push(&mut self, piece: Piece) {
        if let (Some(Piece::Text(last)), Piece::Text(text)) = (self.pieces.last_mut(), &piece) {
            last.push_str(text);
        } else {
            self.pieces.push(piece);
        }
    }

    fn extend(&mut self, other: Self) {
        for piece in other.pieces {
            self.push(piece);
        }
    }
}

impl From<Piece> for Words {
    fn from(piece: Piece) -> Self {
        Self {
            pieces: vec![piece],
        }
    }
}

impl<'a> Tracer<'_, 'a> {
    /// The text that an expression makes.
    pub(crate) fn words(&self, at: &At<'a>) -> Words {
        self.words_within(at, DEPTH)
    }

    /// The text that the member `names` of an expression makes; `None` where there is no such member.
    pub(crate) fn member_words(&self, at: &At<'a>, names: &[&'a str]) -> Option<Words> {
        let alternatives: Vec<Words> = self
            .chains(at, names, false)
            .iter()
            .filter_map(|chain| self.chain_words(chain, None, DEPTH))
            .collect();
        (!alternatives.is_empty()).then(|| choose(alternatives))
    }

    fn words_within(&self, at: &At<'a>, depth: usize) -> Words {
        let Some(depth) = depth.checked_sub(1) else {
            return Piece::Unknown.into();
        };
        let sub = |expression| At {
            expression,
            module: at.module,
            env: at.env.clone(),
        };
        match at.expression.get_inner_expression() {
            Expression::StringLiteral(text) => Piece::Text(text.value.to_string()).into(),
            Expression::TemplateLiteral(template) => {
                let mut words = Words::default();
                for (index, quasi) in template.quasis.iter().enumerate() {
                    let text = quasi
                        .value
                        .cooked
                        .as_ref()
                        .map_or(quasi.value.raw.as_str(), |cooked| cooked.as_str());
                    if !text.is_empty() {
                        words.push(Piece::Text(text.to_owned()));
                    }
                    if let Some(expression) = template.expressions.get(index) {
                        words.extend(self.words_within(&sub(expression), depth));
                    }
                }
                words
            }
            Expression::BinaryExpression(binary) if binary.operator == BinaryOperator::Addition => {
                let mut words = self.words_within(&sub(&binary.left), depth);
                words.extend(self.words_within(&sub(&binary.right), depth));
                words
            }
            Expression::NumericLiteral(number) => {
                Piece::Text(number.raw.map_or_else(String::new, |raw| raw.to_string())).into()
            }
            _ => {
                let alternatives: Vec<Words> = self
                    .chains(at, &[], false)
                    .iter()
                    .filter_map(|chain| self.chain_words(chain, Some(at.expression), depth))
                    .collect();
                choose(alternatives)
            }
        }
    }

    fn chain_words(
        &self,
        chain: &Chain<'a>,
        asked: Option<&'a Expression<'a>>,
        depth: usize,
    ) -> Option<Words> {
        match &chain.root {
            Root::Value(at) if chain.path.is_empty() => {
                match at.expression.get_inner_expression() {
                    Expression::NullLiteral(_) | Expression::BooleanLiteral(_) => None,
                    Expression::StringLiteral(_)
                    | Expression::TemplateLiteral(_)
                    | Expression::BinaryExpression(_)
                    | Expression::NumericLiteral(_)
                        if asked.is_none_or(|asked| !std::ptr::eq(at.expression, asked)) =>
                    {
                        Some(self.words_within(at, depth))
                    }
                    _ => Some(Piece::Unknown.into()),
                }
            }
            Root::Global("URL") => {
                let applied = chain.path.first()?.call()?;
                Some(self.url_words(applied, depth))
            }
            Root::Global(root) if ENVIRONMENTS.contains(root) => {
                let name = chain.variable()?;
                Some(
                    Piece::Environment {
                        name: name.to_owned(),
                        default: None,
                    }
                    .into(),
                )
            }
            Root::Parameter(function, index) if chain.path.len() <= 1 => {
                Some(Piece::Parameter(*function, *index).into())
            }
            _ => Some(Piece::Unknown.into()),
        }
    }

    /// `new URL(path, base)`.
    fn url_words(&self, applied: &Applied<'a>, depth: usize) -> Words {
        let mut words = applied
            .argument(1)
            .map_or_else(Words::default, |base| self.words_within(base, depth));
        if let Some(path) = applied.first() {
            words.extend(self.words_within(path, depth));
        }
        words
    }
}

/// One text for several that are possible: the variable with a literal as its default, else the most telling.
fn choose(alternatives: Vec<Words>) -> Words {
    let is_public = |words: &Words| {
        let name = words.environment();
        name.is_some_and(|name| name.contains("PUBLIC") || name.starts_with("VITE_"))
    };
    let begins = |words: &Words| matches!(words.pieces.first(), Some(Piece::Environment { .. }));
    // Backwards, for of several the last of these counts: that is the first as they are written.
    let environment = alternatives
        .iter()
        .rev()
        .filter(|words| words.environment().is_some())
        .max_by_key(|words| (begins(words), is_public(words)));
    if let Some(chosen) = environment {
        let mut chosen = chosen.clone();
        let stand_in = alternatives
            .iter()
            .filter_map(Words::literal)
            .max_by_key(|text| {
                (
                    text.contains("localhost") || text.contains("127.0.0.1"),
                    text.contains("://"),
                    !text.is_empty(),
                )
            });
        if let [Piece::Environment { default, .. }, ..] = chosen.pieces.as_mut_slice()
            && default.is_none()
        {
            *default = stand_in;
        }
        return chosen;
    }
    alternatives
        .into_iter()
        .reduce(|best, other| {
            if weight(&other) > weight(&best) {
                other
            } else {
                best
            }
        })
        .unwrap_or_else(|| Piece::Unknown.into())
}

fn weight(words: &Words) -> u8 {
    match words.pieces.first() {
        Some(Piece::Parameter(..)) => 4,
        Some(Piece::Text(text)) if text.contains("://") => 3,
        Some(Piece::Text(text)) if !text.is_empty() => 2,
        Some(Piece::Environment { .. }) => 5,
        Some(Piece::Text(_)) => 1,
        _ => 0,
    }
}
