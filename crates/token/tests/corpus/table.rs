//! The table of differences, as `docs/token-peers.md` has it.

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::peers::PEERS;
use crate::vectors::Level;

/// What another library does with a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Answer {
    Accepts,
    Refuses,
    /// It does not have the algorithm.
    Lacks,
}

/// A token, or keys, with all answers.
pub(crate) struct Asked {
    pub(crate) class: String,
    pub(crate) title: String,
    pub(crate) name: String,
    /// `accepted`, or the code with the claim concerned.
    pub(crate) ours: String,
    /// `None` of a token that proptest made: it may be either.
    pub(crate) level: Option<Level>,
    pub(crate) because: String,
    pub(crate) peers: Vec<Answer>,
}

impl Asked {
    fn is_accepted(&self) -> bool {
        self.ours == "accepted"
    }

    fn differs(&self, peer: usize) -> bool {
        match self.peers[peer] {
            Answer::Accepts => !self.is_accepted(),
            Answer::Refuses => self.is_accepted(),
            Answer::Lacks => false,
        }
    }

    fn is_difference(&self) -> bool {
        (0..self.peers.len()).any(|peer| self.differs(peer))
    }

    /// What stands in the column of a peer; who is wrong stands out.
    fn cell(&self, peer: usize) -> &'static str {
        match (self.peers[peer], self.is_accepted(), self.level) {
            (Answer::Lacks, ..) => "–",
            (Answer::Accepts, false, Some(Level::Must)) => "**accepts**",
            (Answer::Accepts, ..) => "accepts",
            (Answer::Refuses, true, _) => "**refuses**",
            (Answer::Refuses, false, _) => "refuses",
        }
    }
}

/// The whole: how many, then each difference.
pub(crate) fn markdown(corpus: &[Asked], made: &[Asked]) -> String {
    let mut text = counts(corpus, made);
    let mut classes: Vec<(&str, &str)> = Vec::new();
    for asked in corpus.iter().chain(made).filter(|it| it.is_difference()) {
        if !classes.iter().any(|(class, _)| *class == asked.class) {
            classes.push((&asked.class, &asked.title));
        }
    }
    for (class, title) in classes {
        let heading = if class == title {
            class.to_owned()
        } else {
            format!("{class}: {title}")
        };
        let all = corpus.iter().chain(made);
        let of_class = all.filter(|it| it.class == class && it.is_difference());
        write!(text, "\n### {heading}\n\n{}", rows(of_class)).unwrap();
    }
    text
}

fn header(first: &[&str], last: &[&str]) -> String {
    let names = PEERS.iter().map(|peer| peer.name);
    let cells: Vec<_> = first
        .iter()
        .copied()
        .chain(names)
        .chain(last.iter().copied())
        .collect();
    format!(
        "| {} |\n|{}\n",
        cells.join(" | "),
        "---|".repeat(cells.len())
    )
}

/// One line for all that is answered alike and for one reason.
fn rows<'a>(asked: impl Iterator<Item = &'a Asked>) -> String {
    let mut order = Vec::new();
    let mut names: BTreeMap<_, Vec<&str>> = BTreeMap::new();
    for it in asked {
        let key = (&it.ours, it.level, &it.peers, &it.because);
        if !names.contains_key(&key) {
            order.push((key, it));
        }
        names.entry(key).or_default().push(&it.name);
    }
    let mut text = header(&["token", "Betroth"], &["why"]);
    for (key, one) in order {
        let peers: Vec<_> = (0..one.peers.len()).map(|peer| one.cell(peer)).collect();
        let ours = match (one.is_accepted(), one.level) {
            (true, _) => "accepts".to_owned(),
            (false, Some(Level::Policy)) => format!("`{}`, our choice", one.ours),
            (false, _) => format!("`{}`", one.ours),
        };
        let cells = [
            shown(&listed(&names[&key])),
            ours,
            peers.join(" | "),
            shown(&one.because),
        ];
        writeln!(text, "| {} |", cells.join(" | ")).unwrap();
    }
    text
}

/// The names, each once, with how many there are of it.
fn listed(names: &[&str]) -> String {
    let mut counted: Vec<(&str, usize)> = Vec::new();
    for name in names {
        match counted.iter_mut().find(|(other, _)| other == name) {
            Some((_, count)) => *count += 1,
            None => counted.push((name, 1)),
        }
    }
    let texts = counted.iter().map(|(name, count)| match count {
        1 => (*name).to_owned(),
        count => format!("{name}: {count}"),
    });
    texts.collect::<Vec<_>>().join("; ")
}

/// A text as Markdown shows it within a table.
fn shown(text: &str) -> String {
    let mut shown = String::new();
    for letter in text.chars() {
        match letter {
            '|' => shown.push_str("\\|"),
            '<' => shown.push_str("&lt;"),
            '*' => shown.push_str("\\*"),
            '\u{200b}'..='\u{202e}' | '\u{feff}' | '\0'..='\u{1f}' | '\u{7f}' => {
                write!(shown, "\\u{:04x}", u32::from(letter)).unwrap();
            }
            letter => shown.push(letter),
        }
    }
    shown
}

fn counts(corpus: &[Asked], made: &[Asked]) -> String {
    let mut text = header(&["", "how many", "Betroth"], &[]);
    let mut line = |what: &str, asked: &[&Asked], counts: fn(&Asked, usize) -> bool| {
        let count = |peer| asked.iter().filter(|it| counts(it, peer)).count();
        let peers: Vec<_> = (0..PEERS.len())
            .map(|peer| count(peer).to_string())
            .collect();
        writeln!(
            text,
            "| {what} | {} | 0 | {} |",
            asked.len(),
            peers.join(" | ")
        )
        .unwrap();
    };
    let refused = |level| -> Vec<&Asked> {
        let of_level = |it: &&Asked| !it.is_accepted() && it.level == Some(level);
        corpus.iter().filter(of_level).collect()
    };
    let accepted: Vec<_> = corpus.iter().filter(|it| it.is_accepted()).collect();
    let differs: fn(&Asked, usize) -> bool = Asked::differs;
    line(
        "corpus, must be refused: accepted",
        &refused(Level::Must),
        differs,
    );
    line(
        "corpus, refused by our choice: accepted",
        &refused(Level::Policy),
        differs,
    );
    line("corpus, good: refused", &accepted, differs);
    line(
        "corpus, good: of an algorithm that it lacks",
        &accepted,
        |it, peer| it.peers[peer] == Answer::Lacks,
    );
    let (made_good, made_bad): (Vec<_>, Vec<_>) = made.iter().partition(|it| it.is_accepted());
    line("made, refused by us: accepted", &made_bad, differs);
    line("made, good: refused", &made_good, differs);
    text
}
