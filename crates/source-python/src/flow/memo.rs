//! What was worked out once, by what it depends on.
//!
//! Most of what runs before a handler is the same for every route, or asks only whether this is a WebSocket. An entry
//! is kept with the questions that it asked of the route, and holds for each route that answers them alike.

use std::collections::BTreeSet;
use std::hash::Hash;
use std::rc::Rc;

use foldhash::{HashMap, HashMapExt as _};

/// The route for which something is worked out.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct RouteContext {
    /// `GET`, `POST`, …; `WS` for a WebSocket.
    pub(crate) method: Rc<str>,
    pub(crate) path: Rc<str>,
}

/// What can be asked of a route.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Question {
    /// Whether it is a WebSocket.
    Socket,
    Method,
    Path,
    /// Whether its path names this parameter.
    InPath(Rc<str>),
}

pub(crate) type Questions = BTreeSet<Question>;

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Answer {
    Told(bool),
    Text(Rc<str>),
}

impl RouteContext {
    pub(crate) fn is_socket(&self) -> bool {
        self.method.as_ref() == "WS"
    }

    /// Whether the path names a parameter: `{name}` or `{name:path}`.
    pub(crate) fn in_path(&self, name: &str) -> bool {
        self.path.split('{').skip(1).any(|part| {
            part.strip_prefix(name)
                .is_some_and(|rest| rest.starts_with(['}', ':']))
        })
    }

    fn answer(&self, question: &Question) -> Answer {
        match question {
            Question::Socket => Answer::Told(self.is_socket()),
            Question::Method => Answer::Text(Rc::clone(&self.method)),
            Question::Path => Answer::Text(Rc::clone(&self.path)),
            Question::InPath(name) => Answer::Told(self.in_path(name)),
        }
    }
}

type Answers = Vec<Option<Answer>>;

fn answers(questions: &Questions, route: Option<&RouteContext>) -> Answers {
    questions
        .iter()
        .map(|question| route.map(|route| route.answer(question)))
        .collect()
}

/// Values by key, each for the routes that answer its questions alike.
#[derive(Debug)]
pub(crate) struct Memo<K, V> {
    known: HashMap<(K, Answers), V>,
    /// Which sets of questions the entries of a key have asked, where they asked any.
    asked: HashMap<K, Vec<Rc<Questions>>>,
}

impl<K: Clone + Eq + Hash, V: Clone> Memo<K, V> {
    pub(crate) fn new() -> Self {
        Self {
            known: HashMap::new(),
            asked: HashMap::new(),
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.known.len()
    }

    pub(crate) fn clear(&mut self) {
        self.known.clear();
        self.asked.clear();
    }

    /// The value for this route with the questions on which it hangs; else the key comes back.
    pub(crate) fn get(
        &self,
        key: K,
        route: Option<&RouteContext>,
    ) -> Result<(V, Option<Rc<Questions>>), K> {
        let mut probe = (key, Vec::new());
        if let Some(value) = self.known.get(&probe) {
            return Ok((value.clone(), None));
        }
        for questions in self.asked.get(&probe.0).into_iter().flatten() {
            probe.1 = answers(questions, route);
            if let Some(value) = self.known.get(&probe) {
                return Ok((value.clone(), Some(Rc::clone(questions))));
            }
        }
        Err(probe.0)
    }

    /// Keeps a value that asked these questions of the route.
    pub(crate) fn insert(
        &mut self,
        key: K,
        questions: &Questions,
        route: Option<&RouteContext>,
        value: V,
    ) {
        if !questions.is_empty() {
            let asked = self.asked.entry(key.clone()).or_default();
            if !asked.iter().any(|known| known.as_ref() == questions) {
                asked.push(Rc::new(questions.clone()));
            }
        }
        self.known.insert((key, answers(questions, route)), value);
    }
}

#[cfg(test)]
mod tests {
    use super::{Memo, Question, Questions, RouteContext};

    fn route(method: &str, path: &str) -> RouteContext {
        RouteContext {
            method: method.into(),
            path: path.into(),
        }
    }

    #[test]
    fn an_entry_holds_for_the_routes_that_answer_its_questions_alike() {
        let mut memo = Memo::new();
        let questions = Questions::from([Question::InPath("id".into())]);
        memo.insert(1, &questions, Some(&route("GET", "/notes/{id}")), "path");
        assert_eq!(
            memo.get(1, Some(&route("PUT", "/tags/{id:int}")))
                .map(|found| found.0),
            Ok("path")
        );
        assert_eq!(
            memo.get(1, Some(&route("GET", "/notes/{identity}"))),
            Err(1)
        );
        assert_eq!(memo.get(1, None), Err(1));
        assert_eq!(memo.get(2, Some(&route("GET", "/notes/{id}"))), Err(2));
    }

    #[test]
    fn what_asks_nothing_holds_everywhere() {
        let mut memo = Memo::new();
        memo.insert(1, &Questions::new(), Some(&route("GET", "/")), "same");
        assert_eq!(memo.get(1, None), Ok(("same", None)));
    }
}
