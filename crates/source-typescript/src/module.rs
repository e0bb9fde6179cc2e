//! One parsed file: what it binds, defines, calls, writes, imports and exports.

use foldhash::{HashMap, HashMapExt};
use oxc_ast::ast::{Argument, ClassElement, Expression, JSXAttributeItem};
use oxc_span::Span;

use crate::SourceFile;

mod build;
mod limit;
mod parse;
mod pattern;

pub(crate) use parse::{parse, parse_comments, parse_json};
pub(crate) use pattern::key_name;

/// Index of a module in its project.
pub(crate) type ModuleId = usize;

/// What a file holds, without any order of evaluation.
pub(crate) struct Module<'a> {
    pub(crate) file: &'a SourceFile,
    pub(crate) bindings: Vec<Binding<'a>>,
    names: HashMap<&'a str, Vec<usize>>,
    /// In the order of their starts.
    pub(crate) functions: Vec<Function<'a>>,
    /// In the order of their starts.
    pub(crate) classes: Vec<Class<'a>>,
    pub(crate) calls: Vec<Call<'a>>,
    pub(crate) writes: Vec<Write<'a>>,
    writes_by_root: HashMap<&'a str, Vec<usize>>,
    pub(crate) elements: Vec<Element<'a>>,
    pub(crate) exports: HashMap<&'a str, Export<'a>>,
    /// Specifiers of `export * from`.
    pub(crate) stars: Vec<&'a str>,
    /// Every specifier that loading this file needs, types left out.
    pub(crate) imports: Vec<&'a str>,
    /// Names under which something named otherwise is also known: (its name, the other).
    pub(crate) aliases: Vec<(&'a str, &'a str)>,
    /// Absolute addresses that stand in the source.
    pub(crate) literals: Vec<Literal<'a>>,
    /// Where the status of an answer is compared with 401.
    pub(crate) looks: Vec<Look<'a>>,
    /// Where an answer is found to be a failure.
    pub(crate) failures: Vec<Failure>,
    /// Whether the status of an answer is handed on: `{ status: response.status }`.
    pub(crate) hands_on: bool,
    /// Whether the file starts with `"use server"`.
    pub(crate) server_actions: bool,
    /// Whether the file starts with `"use client"`.
    pub(crate) client: bool,
    lines: Vec<u32>,
}

/// A name bound in a scope.
pub(crate) struct Binding<'a> {
    pub(crate) name: &'a str,
    /// Where the name means this.
    pub(crate) scope: Span,
    pub(crate) definition: Definition<'a>,
}

/// What a name was bound to.
pub(crate) enum Definition<'a> {
    /// `const name = init`, or a part of it by a pattern; the path's first step is the outermost.
    Value {
        init: &'a Expression<'a>,
        path: Vec<&'a str>,
        default: Option<&'a Expression<'a>>,
    },
    /// A parameter, or a part of one.
    Parameter {
        function: usize,
        index: usize,
        path: Vec<&'a str>,
        default: Option<&'a Expression<'a>>,
    },
    Function(usize),
    Class(usize),
    /// `name` is the exported name, `default`, or `*` for the namespace.
    Import {
        specifier: &'a str,
        name: &'a str,
    },
    /// Bound without a value that can be read: `let x`, a loop's or a catch clause's variable.
    Opaque,
}

/// A function of any form.
pub(crate) struct Function<'a> {
    pub(crate) span: Span,
    /// Its own name, or that of the variable, property or method that holds it.
    pub(crate) name: Option<&'a str>,
    /// What it returns; a generator's yields are left out.
    pub(crate) returns: Vec<&'a Expression<'a>>,
    /// The function around it.
    pub(crate) parent: Option<usize>,
    /// The class whose constructor it is.
    pub(crate) constructs: Option<usize>,
    /// Whether a call is given it, as an option: `new QueryCache({ onError: … })`.
    pub(crate) handed: bool,
    /// Whether it starts with `"use server"`.
    pub(crate) server_action: bool,
}

pub(crate) struct Class<'a> {
    pub(crate) span: Span,
    pub(crate) name: Option<&'a str>,
    pub(crate) base: Option<&'a Expression<'a>>,
    pub(crate) elements: &'a [ClassElement<'a>],
    /// Parameter properties of the constructor: name and index.
    pub(crate) properties: Vec<(&'a str, usize)>,
    pub(crate) constructor: Option<usize>,
}

pub(crate) struct Call<'a> {
    pub(crate) span: Span,
    pub(crate) callee: &'a Expression<'a>,
    pub(crate) arguments: &'a [Argument<'a>],
    pub(crate) construct: bool,
    /// Last name of the callee: `get` of `client.get(…)`.
    pub(crate) name: &'a str,
}

/// An assignment, or a call that sets a named entry (`headers.set("Accept", …)`).
pub(crate) struct Write<'a> {
    /// The name or `this` at the start of the target.
    pub(crate) root: &'a str,
    pub(crate) path: Vec<&'a str>,
    pub(crate) value: &'a Expression<'a>,
    pub(crate) position: u32,
}

/// A text that is an absolute address, or starts one.
pub(crate) struct Literal<'a> {
    pub(crate) text: &'a str,
    /// The variable, member or parameter that it is given to.
    pub(crate) name: Option<&'a str>,
    pub(crate) position: u32,
}

/// A comparison of a status with 401, in whatever form.
pub(crate) struct Look<'a> {
    pub(crate) position: u32,
    /// What is compared.
    pub(crate) of: Option<&'a Expression<'a>>,
    /// Whether anything but a line in the log comes of it.
    pub(crate) acts: bool,
}

/// `if (!response.ok)`.
pub(crate) struct Failure {
    pub(crate) position: u32,
    /// Whether its branch ends the session on this side.
    pub(crate) signs_out: bool,
}

/// A JSX element of a component: `<Panel token={…} />`, `<Session.Provider value={…}>`.
pub(crate) struct Element<'a> {
    /// The name, with its members: `["Session", "Provider"]`.
    pub(crate) name: Vec<&'a str>,
    pub(crate) attributes: &'a [JSXAttributeItem<'a>],
}

pub(crate) enum Export<'a> {
    /// A name of the module's own scope.
    Local(&'a str),
    Value(&'a Expression<'a>),
    Function(usize),
    Class(usize),
    From {
        specifier: &'a str,
        name: &'a str,
    },
}

impl<'a> Module<'a> {
    fn new(file: &'a SourceFile) -> Self {
        Self {
            file,
            bindings: Vec::new(),
            names: HashMap::new(),
            functions: Vec::new(),
            classes: Vec::new(),
            calls: Vec::new(),
            writes: Vec::new(),
            writes_by_root: HashMap::new(),
            elements: Vec::new(),
            exports: HashMap::new(),
            stars: Vec::new(),
            imports: Vec::new(),
            aliases: Vec::new(),
            literals: Vec::new(),
            looks: Vec::new(),
            failures: Vec::new(),
            hands_on: false,
            server_actions: false,
            client: false,
            lines: line_starts(&file.text),
        }
    }

    /// The innermost binding of `name` seen from `position`.
    pub(crate) fn lookup(&self, name: &str, position: u32) -> Option<usize> {
        self.names
            .get(name)?
            .iter()
            .copied()
            .filter(|&id| contains(self.bindings[id].scope, position))
            .max_by_key(|&id| self.bindings[id].scope.start)
    }

    /// The binding of `name` in the module's own scope.
    pub(crate) fn lookup_top(&self, name: &str) -> Option<usize> {
        self.names.get(name)?.iter().copied().find(|&id| {
            self.bindings[id].scope.start == 0 && self.bindings[id].scope.end == u32::MAX
        })
    }

    /// The binding of a function's parameter that is one plain name.
    pub(crate) fn parameter(&self, wanted: usize, at: usize) -> Option<usize> {
        self.bindings
            .iter()
            .position(|binding| match &binding.definition {
                Definition::Parameter {
                    function,
                    index,
                    path,
                    ..
                } => *function == wanted && *index == at && path.is_empty(),
                _ => false,
            })
    }

    /// The function whose text starts at `start`.
    pub(crate) fn function_at(&self, start: u32) -> Option<usize> {
        self.functions
            .binary_search_by_key(&start, |function| function.span.start)
            .ok()
    }

    /// The innermost function around `position`.
    pub(crate) fn enclosing_function(&self, position: u32) -> Option<usize> {
        let mut candidate = self
            .functions
            .partition_point(|function| function.span.start <= position)
            .checked_sub(1);
        while let Some(id) = candidate {
            if contains(self.functions[id].span, position) {
                return Some(id);
            }
            candidate = self.functions[id].parent;
        }
        None
    }

    /// Whether what stands at `position` runs as a server action: the file, or a function around it, says so.
    pub(crate) fn is_action(&self, position: u32) -> bool {
        let mut around = self.enclosing_function(position);
        while let Some(function) = around {
            if self.functions[function].server_action {
                return true;
            }
            around = self.functions[function].parent;
        }
        self.server_actions
    }

    /// The innermost class around `position`.
    pub(crate) fn enclosing_class(&self, position: u32) -> Option<usize> {
        (0..self.classes.len())
            .rev()
            .find(|&id| contains(self.classes[id].span, position))
    }

    /// The class whose text starts at `start`.
    pub(crate) fn class_at(&self, start: u32) -> Option<usize> {
        self.classes
            .iter()
            .position(|class| class.span.start == start)
    }

    /// Writes whose target starts with the name `root`.
    pub(crate) fn writes_to(&self, root: &str) -> impl Iterator<Item = &Write<'a>> {
        self.writes_by_root
            .get(root)
            .into_iter()
            .flatten()
            .map(|&id| &self.writes[id])
    }

    /// The names at the start of all targets that are written.
    pub(crate) fn written_roots(&self) -> impl Iterator<Item = &'a str> {
        self.writes_by_root.keys().copied()
    }

    /// The spot of a byte offset.
    pub(crate) fn place(&self, position: u32) -> betroth_report::Place {
        let line = self
            .lines
            .partition_point(|&start| start <= position)
            .max(1);
        let start = self.lines[line - 1] as usize;
        let column = self
            .file
            .text
            .get(start..position as usize)
            .map_or(0, |text| text.chars().count());
        betroth_report::Place::new(
            self.file.path.clone(),
            u32::try_from(line).unwrap_or(u32::MAX),
            u32::try_from(column + 1).unwrap_or(1),
        )
    }
}

pub(crate) fn contains(span: Span, position: u32) -> bool {
    span.start <= position && position < span.end
}

fn line_starts(text: &str) -> Vec<u32> {
    let breaks = text
        .bytes()
        .enumerate()
        .filter(|(_, byte)| *byte == b'\n')
        .filter_map(|(at, _)| u32::try_from(at + 1).ok());
    std::iter::once(0).chain(breaks).collect()
}
