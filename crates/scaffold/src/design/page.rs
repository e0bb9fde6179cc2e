//! One HTML page of the Markdown: it needs nothing else, on a screen, on a phone and on paper.

mod drawing;

use std::collections::HashMap;

use pulldown_cmark::{CodeBlockKind, CowStr, Event, Options, Parser, Tag, TagEnd, html};

use super::sequence::Sequence;

const STYLE: &str = include_str!("page.css");

/// The page of a document, with the sequence drawn in the place of its Mermaid text.
pub(super) fn of(markdown: &str, sequence: &Sequence) -> String {
    let options = Options::ENABLE_TABLES | Options::ENABLE_TASKLISTS;
    let mut headings = Headings::default();
    let mut events = Vec::new();
    let mut in_diagram = false;
    for event in Parser::new_ext(markdown, options) {
        match event {
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(word))) if &*word == "mermaid" => {
                in_diagram = true;
                events.push(Event::Html(drawing::of(sequence).into()));
            }
            Event::End(TagEnd::CodeBlock) if in_diagram => in_diagram = false,
            _ if in_diagram => {}
            // A wide table is moved by itself, not with the page; by keys, too.
            Event::Start(Tag::Table(columns)) => {
                let open = format!(
                    "<div class=\"wide\" role=\"region\" aria-label=\"{}\" tabindex=\"0\">",
                    escaped(&headings.name("table"))
                );
                events.push(Event::Html(open.into()));
                events.push(Event::Start(Tag::Table(columns)));
            }
            Event::End(TagEnd::Table) => {
                events.push(Event::End(TagEnd::Table));
                events.push(Event::Html("</div>\n".into()));
            }
            // What is raw HTML in the text was never meant as such.
            Event::Html(text) | Event::InlineHtml(text) => events.push(Event::Text(text)),
            event => headings.take(event, &mut events),
        }
    }
    let mut body = String::new();
    html::push_html(&mut body, events.into_iter());
    // A header cell says of what it is the head; a long line is moved by keys, too.
    let body = body
        .replace("<th>", "<th scope=\"col\">")
        .replace("<pre>", "<pre tabindex=\"0\">");
    let contents = headings.contents();
    let title = escaped(&headings.title);
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n\
         <meta name=\"color-scheme\" content=\"light dark\"/>\n<title>{title}</title>\n\
         <style>\n{STYLE}</style>\n</head>\n<body>\n<nav aria-label=\"Contents\">\n{contents}</nav>\n<main>\n{body}</main>\n</body>\n</html>\n"
    )
}

/// The headings as they come: each gets an `id`, and those of the second level a place in the contents.
#[derive(Default)]
struct Headings {
    title: String,
    chapters: Vec<(String, String)>,
    /// The text of the heading that is open, and where its beginning stands.
    open: Option<(usize, String)>,
    ids: Vec<String>,
    /// The text of the heading that came last.
    last: String,
    /// How many things were named after a heading, by what they are named.
    names: HashMap<String, usize>,
}

impl Headings {
    fn take<'a>(&mut self, event: Event<'a>, events: &mut Vec<Event<'a>>) {
        match &event {
            Event::Start(Tag::Heading { .. }) => {
                self.open = Some((events.len(), String::new()));
            }
            Event::Text(text) | Event::Code(text) => {
                if let Some((_, heading)) = &mut self.open {
                    heading.push_str(text);
                }
            }
            Event::End(TagEnd::Heading(level)) => {
                if let Some((at, text)) = self.open.take() {
                    self.last.clone_from(&text);
                    let own = self.id(&text);
                    if let Some(Event::Start(Tag::Heading { id, .. })) = events.get_mut(at) {
                        *id = Some(CowStr::from(own.clone()));
                    }
                    match *level as usize {
                        1 => self.title = text,
                        2 => self.chapters.push((own, text)),
                        _ => {}
                    }
                }
            }
            _ => {}
        }
        events.push(event);
    }

    /// A name for what stands below a heading, as `Payload: table`; the second of one heading has a number.
    fn name(&mut self, kind: &str) -> String {
        let name = format!("{}: {kind}", self.last);
        let count = self.names.entry(name.clone()).or_default();
        *count += 1;
        match *count {
            1 => name,
            number => format!("{name} {number}"),
        }
    }

    /// A name for a heading that no other has.
    fn id(&mut self, text: &str) -> String {
        let words = text.split(|it: char| !it.is_alphanumeric());
        let words: Vec<String> = words
            .filter(|it| !it.is_empty())
            .map(str::to_lowercase)
            .collect();
        let plain = words.join("-");
        let mut id = plain.clone();
        let mut number = 2;
        while self.ids.contains(&id) {
            id = format!("{plain}-{number}");
            number += 1;
        }
        self.ids.push(id.clone());
        id
    }

    fn contents(&self) -> String {
        let items = self
            .chapters
            .iter()
            .map(|(id, text)| format!("<li><a href=\"#{id}\">{}</a></li>\n", escaped(text)));
        format!("<ol>\n{}</ol>\n", items.collect::<String>())
    }
}

/// Text as HTML holds it, also between double quotes.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
