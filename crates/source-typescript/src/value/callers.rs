use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use foldhash::{HashMap, HashMapExt};
use oxc_ast::ast::{Expression, JSXAttributeItem, JSXAttributeName, JSXAttributeValue};

use super::{
    Applied, At, Chain, Env, Frame, Root, Step,
    storage::Writes,
    walk::{Path, Walk, after},
};
use crate::{
    module::ModuleId,
    project::{FunctionRef, Project},
};

/// Callees looked at for one function; a name that more calls share tells little.
const CANDIDATES: usize = 400;
/// Questions within one another; a value that is stored under its own name asks for itself without end.
const NESTING: usize = 6;
/// Expressions looked at for one question and those that it raises.
const BUDGET: usize = 40_000;

/// One call of a function, with what is known around the function there (an instance's constructor arguments).
#[derive(Clone)]
pub(crate) struct Caller<'a> {
    pub(crate) module: ModuleId,
    pub(crate) call: usize,
    pub(crate) env: Env<'a>,
}

/// Answers what expressions stand for, over a whole project.
pub(crate) struct Tracer<'p, 'a> {
    pub(crate) project: &'p Project<'a>,
    callers: RefCell<HashMap<FunctionRef, Rc<Vec<Caller<'a>>>>>,
    pub(super) writes: RefCell<Option<Rc<Writes<'a>>>>,
    /// Questions asked to answer other questions.
    nesting: Cell<usize>,
    /// Expressions looked at since the outermost question was asked.
    spent: Cell<usize>,
}

impl<'p, 'a> Tracer<'p, 'a> {
    pub(crate) fn new(project: &'p Project<'a>) -> Self {
        Self {
            project,
            callers: RefCell::new(HashMap::new()),
            writes: RefCell::new(None),
            nesting: Cell::new(0),
            spent: Cell::new(0),
        }
    }

    /// What the member `names` of `at` stands for; with `callers`, parameters are followed to every call of their function.
    pub(crate) fn chains(&self, at: &At<'a>, names: &[&'a str], callers: bool) -> Vec<Chain<'a>> {
        let path = names.iter().rev().map(|name| Step::Name(name)).collect();
        self.walk(at, path, callers)
    }

    /// What `path` leads to from `at`; its first step stands last.
    fn walk(&self, at: &At<'a>, path: Path<'a>, callers: bool) -> Vec<Chain<'a>> {
        let nesting = self.nesting.get();
        if nesting == 0 {
            self.spent.set(0);
        } else if nesting >= NESTING {
            return Vec::new();
        }
        self.nesting.set(nesting + 1);
        let mut walk = Walk::new(self, callers);
        walk.follow(at, path);
        self.nesting.set(nesting);
        walk.found
    }

    /// What the method `name` of `at` gives, called without arguments.
    pub(crate) fn results(&self, at: &At<'a>, name: &'a str) -> Vec<Chain<'a>> {
        let called = Applied::none(at.module, at.position());
        self.walk(at, vec![Step::Call(called), Step::Name(name)], true)
    }

    /// Counts one expression; `false` once the outermost question has cost enough.
    pub(super) fn spend(&self) -> bool {
        self.spent.set(self.spent.get() + 1);
        self.spent.get() <= BUDGET
    }

    /// Every call of `function` in the project.
    pub(crate) fn callers(&self, function: FunctionRef) -> Rc<Vec<Caller<'a>>> {
        if let Some(known) = self.callers.borrow().get(&function) {
            return Rc::clone(known);
        }
        // A function that is looked up while its own callers are is called by itself: nothing new.
        self.callers.borrow_mut().insert(function, Rc::default());
        let found = Rc::new(self.find_callers(function));
        self.callers
            .borrow_mut()
            .insert(function, Rc::clone(&found));
        found
    }

    fn find_callers(&self, function: FunctionRef) -> Vec<Caller<'a>> {
        let module = &self.project.modules[function.module];
        let record = &module.functions[function.function];
        let class = record.constructs;
        let Some(name) = class.map_or(record.name, |class| module.classes[class].name) else {
            return Vec::new();
        };
        let mut callers = Vec::new();
        for name in self.project.names_of(name).iter().copied() {
            for candidate in self.project.calls_named(name).iter().take(CANDIDATES) {
                let call = &self.project.modules[candidate.module].calls[candidate.call];
                if call.construct != class.is_some() {
                    continue;
                }
                let callee = At::new(call.callee, candidate.module);
                let found = self
                    .chains(&callee, &[], false)
                    .into_iter()
                    .find_map(|chain| match chain.root {
                        _ if !chain.path.is_empty() => None,
                        Root::Function(found, env) if found == function => Some(env),
                        Root::Class(module, found)
                            if module == function.module && Some(found) == class =>
                        {
                            Some(None)
                        }
                        _ => None,
                    });
                if let Some(env) = found {
                    callers.push(Caller {
                        module: candidate.module,
                        call: candidate.call,
                        env,
                    });
                }
            }
        }
        callers.sort_by_key(|caller| (caller.module, caller.call));
        callers.dedup_by_key(|caller| (caller.module, caller.call));
        callers
    }
}

impl<'a> Walk<'_, '_, 'a> {
    /// Follows headers that a function is given to fill: `authorize(headers)` with `headers.set("Authorization", …)` in it.
    pub(super) fn filled(&mut self, id: ModuleId, binding: usize, env: &Env<'a>, path: &Path<'a>) {
        let [Step::Name(wanted)] = path.as_slice() else {
            return;
        };
        if !wanted.eq_ignore_ascii_case("authorization") {
            return;
        }
        let project = self.tracer.project;
        let module = &project.modules[id];
        let name = module.bindings[binding].name;
        for call in &module.calls {
            let index = call.arguments.iter().position(|argument| {
                matches!(argument.as_expression(), Some(Expression::Identifier(one)) if one.name.as_str() == name && module.lookup(name, one.span.start) == Some(binding))
            });
            let Some(index) = index else { continue };
            let callee = At {
                expression: call.callee,
                module: id,
                env: env.clone(),
            };
            for chain in self.tracer.chains(&callee, &[], false) {
                let Root::Function(function, outer) = chain.root else {
                    continue;
                };
                let other = &project.modules[function.module];
                let Some(parameter) = other.parameter(function.function, index) else {
                    continue;
                };
                let applied = Applied::new(call.arguments, id, call.span.start, env);
                let inner = Some(Rc::new(Frame {
                    function,
                    applied,
                    next: outer,
                }));
                for write in other.writes_to(other.bindings[parameter].name) {
                    if let Some(rest) = after(path, &write.path)
                        && other.lookup(other.bindings[parameter].name, write.position)
                            == Some(parameter)
                    {
                        self.follow(
                            &At {
                                expression: write.value,
                                module: function.module,
                                env: inner.clone(),
                            },
                            rest,
                        );
                    }
                }
            }
        }
    }

    /// Follows a component's property to the elements that fill it.
    pub(super) fn attributes(&mut self, function: FunctionRef, path: &Path<'a>) {
        let project = self.tracer.project;
        let Some((wanted, rest)) = path
            .split_last()
            .and_then(|(step, rest)| Some((step.name()?, rest)))
        else {
            return;
        };
        let Some(name) = project.modules[function.module].functions[function.function].name else {
            return;
        };
        if !name.starts_with(|first: char| first.is_uppercase()) {
            return;
        }
        for name in project.names_of(name).iter().copied() {
            for &(module, element) in project.elements_named(name).iter().take(12) {
                for value in values_of(project.modules[module].elements[element].attributes, wanted)
                {
                    self.follow(&At::new(value, module), rest.to_vec());
                }
            }
        }
    }
}

/// The expressions given to an attribute.
pub(super) fn values_of<'a>(
    attributes: &'a [JSXAttributeItem<'a>],
    wanted: &str,
) -> impl Iterator<Item = &'a Expression<'a>> {
    attributes.iter().filter_map(move |item| {
        let JSXAttributeItem::Attribute(attribute) = item else {
            return None;
        };
        let JSXAttributeName::Identifier(name) = &attribute.name else {
            return None;
        };
        if name.name.as_str() != wanted {
            return None;
        }
        match attribute.value.as_ref()? {
            JSXAttributeValue::ExpressionContainer(container) => {
                container.expression.as_expression()
            }
            _ => None,
        }
    })
}
