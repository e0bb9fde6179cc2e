//! The values of the wiring's evaluator: as little of Python as builds an application.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use betroth_report::Place;
use foldhash::HashMap;
use ruff_python_ast::{StmtClassDef, StmtFunctionDef};

use super::Added;
use crate::thunk::{Bound, Callee, Environment, Frame, Thunk};
use crate::tree::ModuleId;

/// An application or a router, by its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct ObjectId(pub(super) usize);

/// What an expression of a module's top level, or of a factory, comes to.
#[derive(Clone, Debug)]
pub(super) enum Val<'a> {
    Object(ObjectId),
    /// A method of an application or router, not called yet.
    Bound(ObjectId, Rc<str>),
    /// `super()` in a subclass of `APIRouter` or `FastAPI`, or in any other class: what follows in the order of its bases.
    Super(Rc<Receiver<'a>>),
    /// What `router.get("/path")` returns: it waits for the function.
    Registrar(Rc<Registrar<'a>>),
    /// The list `app.routes`.
    Routes(ObjectId),
    Function(Rc<Func<'a>>),
    Method(Rc<(Val<'a>, Func<'a>)>),
    Class(Class<'a>),
    Instance(Rc<Instance<'a>>),
    Module(ModuleId),
    Namespace(Rc<str>),
    /// Something of another package, by its dotted name.
    External(Rc<str>),
    /// What a call of another package returns, by the dotted name of what was called.
    Made(Rc<str>, Rc<Arguments<'a>>),
    /// A name of a module whose top level is still running.
    Later(ModuleId, Rc<str>),
    Text(Rc<str>),
    Bool(bool),
    None,
    List(Rc<RefCell<Vec<Item<'a>>>>),
    Dict(Rc<RefCell<Vec<(Val<'a>, Item<'a>)>>>),
    /// A setting: this is its default.
    Setting(Rc<Val<'a>>),
    Opaque,
}

/// A value with the expression it came from.
#[derive(Clone, Debug)]
pub(super) struct Item<'a> {
    pub(super) val: Val<'a>,
    pub(super) thunk: Option<Thunk<'a>>,
}

/// A function with what stands around it.
#[derive(Clone, Debug)]
pub(super) struct Func<'a> {
    pub(super) module: ModuleId,
    pub(super) node: &'a StmtFunctionDef,
    pub(super) scope: Option<Rc<Scope<'a>>>,
    /// Decorators that no router has part in, outermost first.
    pub(super) decorators: Vec<Thunk<'a>>,
    /// The class in whose body it stands.
    pub(super) class: Option<(ModuleId, &'a StmtClassDef)>,
    /// Functions that decorators put around it, outermost first.
    pub(super) wrappers: Vec<Callee<'a>>,
    /// It was handed to a decorator that is being followed.
    pub(super) handed: bool,
}

impl<'a> Func<'a> {
    pub(super) fn new(
        module: ModuleId,
        node: &'a StmtFunctionDef,
        scope: Option<Rc<Scope<'a>>>,
    ) -> Self {
        Self {
            module,
            node,
            scope,
            decorators: Vec::new(),
            class: None,
            wrappers: Vec::new(),
            handed: false,
        }
    }

    /// The function that FastAPI sees: what a decorator made is a wrapper around the function that it was given.
    pub(super) fn unwrapped(&self) -> Self {
        let Some(scope) = &self.scope else {
            return self.clone();
        };
        let Some(mut inner) = scope.handed() else {
            return self.clone();
        };
        inner.handed = false;
        inner.wrappers.insert(
            0,
            Callee {
                module: self.module,
                node: self.node,
                env: Some(scope.environment()),
            },
        );
        inner
            .decorators
            .splice(0..0, self.decorators.iter().cloned());
        inner
    }
}

/// A class with what stands around it.
#[derive(Clone, Debug)]
pub(super) struct Class<'a> {
    pub(super) module: ModuleId,
    pub(super) node: &'a StmtClassDef,
    pub(super) scope: Option<Rc<Scope<'a>>>,
}

/// An object of a class of the tree.
#[derive(Debug)]
pub(super) struct Instance<'a> {
    pub(super) class: Class<'a>,
    pub(super) fields: RefCell<HashMap<Rc<str>, Item<'a>>>,
}

/// The arguments of a call.
#[derive(Clone, Debug, Default)]
pub(super) struct Arguments<'a> {
    pub(super) positional: Vec<Item<'a>>,
    pub(super) keywords: Vec<(Rc<str>, Item<'a>)>,
    /// `**options` that could not be read.
    pub(super) open: bool,
}

/// What waits for the function that it decorates.
#[derive(Clone, Debug)]
pub(super) enum Registrar<'a> {
    /// `router.get("/path", …)` and its like.
    Route {
        object: ObjectId,
        methods: Vec<String>,
        path: String,
        dependencies: Vec<Thunk<'a>>,
    },
    /// `app.middleware("http")`.
    Middleware(ObjectId),
    /// `app.exception_handler(…)`, `app.on_event(…)`.
    Nothing,
}

impl<'a> Arguments<'a> {
    pub(super) fn get(&self, position: usize, name: &str) -> Option<&Item<'a>> {
        self.keyword(name).or_else(|| self.positional.get(position))
    }

    pub(super) fn keyword(&self, name: &str) -> Option<&Item<'a>> {
        self.keywords
            .iter()
            .find(|(keyword, _)| keyword.as_ref() == name)
            .map(|(_, item)| item)
    }
}

impl<'a> Item<'a> {
    pub(super) fn plain(val: Val<'a>) -> Self {
        Self { val, thunk: None }
    }
}

impl<'a> Val<'a> {
    pub(super) fn text(text: &str) -> Self {
        Self::Text(text.into())
    }

    pub(super) fn list(items: Vec<Item<'a>>) -> Self {
        Self::List(Rc::new(RefCell::new(items)))
    }

    /// Behind a setting, its default.
    pub(super) fn settled(&self) -> &Self {
        match self {
            Self::Setting(default) => default.settled(),
            other => other,
        }
    }

    /// The text that it is, or is by default.
    pub(super) fn as_text(&self) -> Option<&str> {
        match self.settled() {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Whether it is true whatever the settings say.
    pub(super) fn truth(&self) -> Option<bool> {
        match self {
            Self::Bool(value) => Some(*value),
            Self::None => Some(false),
            Self::Text(text) => Some(!text.is_empty()),
            Self::List(items) => Some(!items.borrow().is_empty()),
            Self::Dict(items) => Some(!items.borrow().is_empty()),
            Self::Object(_)
            | Self::Bound(..)
            | Self::Function(_)
            | Self::Method(_)
            | Self::Class(_)
            | Self::Module(_) => Some(true),
            _ => None,
        }
    }

    /// Whether an application or router can be reached through it.
    pub(super) fn wires(&self) -> bool {
        match self {
            Self::Object(_)
            | Self::Bound(..)
            | Self::Registrar(_)
            | Self::Routes(_)
            | Self::Super(_)
            | Self::Later(..) => true,
            Self::Function(func) => func.scope.as_ref().is_some_and(|scope| scope.wires()),
            Self::Method(method) => method.0.wires(),
            Self::Instance(instance) => instance
                .fields
                .try_borrow()
                .is_ok_and(|fields| fields.values().any(|item| item.val.holds())),
            other => other.holds(),
        }
    }

    /// As [`Self::wires`], without looking into objects and functions.
    fn holds(&self) -> bool {
        match self {
            Self::Object(_) | Self::Bound(..) | Self::Registrar(_) | Self::Routes(_) => true,
            Self::List(items) => items
                .try_borrow()
                .is_ok_and(|items| items.iter().any(|item| matches!(item.val, Self::Object(_)))),
            Self::Dict(items) => items.try_borrow().is_ok_and(|items| {
                items
                    .iter()
                    .any(|(_, item)| matches!(item.val, Self::Object(_)))
            }),
            _ => false,
        }
    }
}

/// The object on which a method runs, and the class in whose body the method stands.
pub(super) type Receiver<'a> = (Val<'a>, ModuleId, &'a StmtClassDef);

/// The local names of one call.
#[derive(Debug)]
pub(super) struct Scope<'a> {
    names: RefCell<HashMap<&'a str, Item<'a>>>,
    pub(super) outer: Option<Rc<Scope<'a>>>,
    /// The class whose method runs, and the object it runs on.
    pub(super) receiver: Option<Receiver<'a>>,
    /// The first value returned on a branch that may not be taken.
    pub(super) returned: RefCell<Option<Item<'a>>>,
    version: Cell<usize>,
    frame: RefCell<Option<(usize, Rc<Frame<'a>>)>>,
}

impl<'a> Scope<'a> {
    pub(super) fn new(outer: Option<Rc<Scope<'a>>>, receiver: Option<Receiver<'a>>) -> Self {
        Self {
            names: RefCell::default(),
            outer,
            receiver,
            returned: RefCell::new(None),
            version: Cell::new(0),
            frame: RefCell::new(None),
        }
    }

    /// Forgets all names.
    pub(super) fn clear(&self) {
        self.names.borrow_mut().clear();
        *self.frame.borrow_mut() = None;
        *self.returned.borrow_mut() = None;
    }

    pub(super) fn bind(&self, name: &'a str, item: Item<'a>) {
        self.version.set(self.version.get() + 1);
        self.names.borrow_mut().insert(name, item);
    }

    /// Looks a name up, from the innermost scope outwards.
    pub(super) fn get(&self, name: &str) -> Option<Item<'a>> {
        if let Some(item) = self.names.borrow().get(name) {
            return Some(item.clone());
        }
        self.outer.as_ref()?.get(name)
    }

    /// The function that the decorator around was given.
    fn handed(&self) -> Option<Func<'a>> {
        let found = self
            .names
            .borrow()
            .values()
            .find_map(|item| match &item.val {
                Val::Function(func) if func.handed => Some(Func::clone(func)),
                _ => None,
            });
        found.or_else(|| self.outer.as_ref()?.handed())
    }

    fn wires(&self) -> bool {
        self.names.borrow().values().any(|item| {
            item.val.holds() || matches!(&item.val, Val::Method(method) if method.0.holds())
        }) || self.outer.as_ref().is_some_and(|outer| outer.wires())
    }

    /// The names as they stand now, for an expression that is read later.
    pub(super) fn environment(&self) -> Rc<Frame<'a>> {
        if let Some((version, frame)) = &*self.frame.borrow()
            && *version == self.version.get()
        {
            return Rc::clone(frame);
        }
        let outer: Environment<'a> = self.outer.as_ref().map(|outer| outer.environment());
        let names = self
            .names
            .borrow()
            .iter()
            .map(|(name, item)| (*name, bound(item)))
            .collect();
        let frame = Rc::new(Frame { names, outer });
        *self.frame.borrow_mut() = Some((self.version.get(), Rc::clone(&frame)));
        frame
    }
}

fn bound<'a>(item: &Item<'a>) -> Bound<'a> {
    match (&item.thunk, &item.val) {
        (Some(thunk), _) => Bound::Expression(thunk.clone()),
        (None, Val::Function(func)) if func.handed => Bound::Handler,
        (None, Val::Function(func)) => Bound::Function(Callee {
            module: func.module,
            node: func.node,
            env: None,
        }),
        (None, Val::Class(class)) => Bound::Class(class.module, class.node),
        (None, _) => Bound::Opaque,
    }
}

/// An application, router, or application inside another.
#[derive(Debug)]
pub(super) struct Object<'a> {
    /// `FastAPI` or `Starlette`, not a router.
    pub(super) application: bool,
    pub(super) module: ModuleId,
    pub(super) place: Place,
    /// The variable or factory that names it.
    pub(super) name: Option<String>,
    /// The class of the tree of which it is made.
    pub(super) class: Option<Class<'a>>,
    pub(super) prefix: String,
    pub(super) dependencies: Vec<Thunk<'a>>,
    pub(super) entries: Vec<Entry<'a>>,
    /// In the order in which they were added.
    pub(super) middlewares: Vec<Added<'a>>,
    pub(super) docs: Option<bool>,
    /// Whether an application mounts or includes it.
    pub(super) served: Cell<bool>,
    pub(super) fields: HashMap<Rc<str>, Item<'a>>,
}

/// What was put into an application or router.
#[derive(Clone, Debug)]
pub(super) enum Entry<'a> {
    Route {
        methods: Vec<String>,
        path: String,
        handler: Answering<'a>,
        dependencies: Vec<Thunk<'a>>,
    },
    Include {
        router: Val<'a>,
        prefix: String,
        dependencies: Vec<Thunk<'a>>,
        place: Place,
    },
    Mount {
        path: String,
        application: Val<'a>,
    },
}

/// What answers.
#[derive(Clone, Debug)]
pub(super) enum Answering<'a> {
    Function(Func<'a>),
    Opaque(String, Place),
}
