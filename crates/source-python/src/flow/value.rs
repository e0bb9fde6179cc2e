//! What an expression can be, as far as it matters for who gets through.

use std::hash::{Hash, Hasher};
use std::rc::Rc;

use ruff_python_ast::{ExprLambda, StmtClassDef, StmtFunctionDef};

use super::exception::Exception;
use super::state::Locals;
use crate::thunk::Environment;
use crate::tree::{ModuleId, Site};

/// A syntax node by its identity.
pub(crate) struct Node<'a, T>(pub(crate) &'a T);

impl<T> std::fmt::Debug for Node<'_, T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:p}", self.0)
    }
}

impl<T> Clone for Node<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T> Copy for Node<'_, T> {}
impl<T> PartialEq for Node<'_, T> {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.0, other.0)
    }
}
impl<T> Eq for Node<'_, T> {}
impl<T> Hash for Node<'_, T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        std::ptr::from_ref(self.0).hash(state);
    }
}

/// A verification by its number in the engine's table.
pub(crate) type Check = u32;

/// Where a value stems from, as a set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Taint(u16);

impl Taint {
    pub(crate) const NOTHING: Self = Self(0);
    /// What the caller presents to be believed: a bearer token, a session cookie, an API key.
    pub(crate) const CREDENTIAL: Self = Self(1);
    /// Anything else that the caller writes.
    pub(crate) const CALLER: Self = Self(2);
    /// A header or cookie in which the caller names an identity.
    pub(crate) const IDENTITY: Self = Self(4);
    /// Claims of a token whose signature was not verified.
    pub(crate) const UNVERIFIED: Self = Self(8);
    /// What a verification yielded.
    pub(crate) const VERIFIED: Self = Self(16);
    /// A setting, an environment variable, or what is computed with one.
    pub(crate) const SECRET: Self = Self(32);
    /// The request as a whole.
    pub(crate) const REQUEST: Self = Self(64);
    /// What a call that could not be read made of a credential.
    pub(crate) const UNREAD: Self = Self(128);
    /// Part of a request's body.
    pub(crate) const BODY: Self = Self(256);

    pub(crate) fn has(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    pub(crate) fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(crate) fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }
}

/// What the truth of a value shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Proof {
    /// If it is true, or not `None`, the check holds.
    WhenTrue(Check),
    /// If it is false, or `None`, the check holds.
    WhenFalse(Check),
    /// A condition of a query that names the credential.
    Predicate(Check),
    /// A query with such a condition; true in itself.
    Query(Check),
    /// The result of such a query; true in itself, while its rows may be none.
    Result(Check),
    /// The answer of another service that was asked with the credential.
    Response(Check),
    /// The status code of such an answer.
    Status(Check),
    /// The body of such an answer, true in itself: what is in it tells.
    Answer(Check),
    /// An object that shows by its members whether the caller is signed in (`request.user`).
    Principal(Check),
}

/// A setting or environment variable.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Setting {
    /// Name of the environment variable, or of the attribute.
    pub(crate) name: Rc<str>,
    /// The default written in the source.
    pub(crate) default: Option<Rc<str>>,
    /// Where it is compared with something, if this stands for the outcome of that comparison.
    pub(crate) test: Option<Site>,
}

/// A value of which only this is known.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Data {
    pub(crate) taint: Taint,
    /// Known to be true (so, not `None`).
    pub(crate) present: bool,
    pub(crate) proof: Option<Proof>,
    pub(crate) setting: Option<Rc<Setting>>,
    /// What the caller writes there, in words, and where it is read.
    pub(crate) source: Option<(Rc<str>, Site)>,
}

impl Data {
    /// Whether it says nothing of the caller.
    pub(crate) fn is_plain(&self) -> bool {
        self.taint == Taint::NOTHING && self.proof.is_none() && self.setting.is_none()
    }
}

/// A function with the names around it.
#[derive(Clone, Debug)]
pub(crate) struct Closure<'a> {
    pub(crate) module: ModuleId,
    pub(crate) node: Node<'a, StmtFunctionDef>,
    /// Locals of the enclosing call, where it was made inside one.
    pub(crate) captured: Option<Rc<Locals<'a>>>,
    /// Names bound by a factory that the wiring followed.
    pub(crate) env: Environment<'a>,
    /// The class in whose body it stands.
    pub(crate) class: Option<(ModuleId, Node<'a, StmtClassDef>)>,
}

impl PartialEq for Closure<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.node == other.node
            && self.captured == other.captured
            && match (&self.env, &other.env) {
                (None, None) => true,
                (Some(a), Some(b)) => Rc::ptr_eq(a, b),
                _ => false,
            }
    }
}
impl Eq for Closure<'_> {}
impl Hash for Closure<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.node.hash(state);
        self.captured.hash(state);
    }
}

/// An object of a class of the tree, with the fields that its `__init__` sets.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Instance<'a> {
    pub(crate) module: ModuleId,
    pub(crate) class: Node<'a, StmtClassDef>,
    pub(crate) fields: Vec<(Rc<str>, Value<'a>)>,
}

/// One of FastAPI's security schemes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Scheme {
    pub(crate) kind: SchemeKind,
    /// Whether it refuses where the credential is missing; `None` where that could not be read.
    pub(crate) auto_error: Option<bool>,
}

/// What a security scheme reads.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum SchemeKind {
    /// `HTTPBearer`, `HTTPDigest`: an object with `.credentials`.
    Bearer,
    /// `OAuth2PasswordBearer` and the like: the token itself.
    Token,
    /// `HTTPBasic`: an object with `.username` and `.password`.
    Basic,
    /// `APIKeyHeader`, `APIKeyCookie`, `APIKeyQuery`: the value, under this name.
    ApiKey(Source, Rc<str>),
}

/// Where in a request a value stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Source {
    Header,
    Cookie,
    Query,
    Path,
    Body,
}

/// `Header(…)`, `Cookie(…)`, `Query(…)` as the default or the metadata of a parameter.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Parameter<'a> {
    pub(crate) source: Source,
    pub(crate) alias: Option<Rc<str>>,
    /// The default; `None` where the parameter is required.
    pub(crate) default: Option<Value<'a>>,
}

/// Parts of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum RequestPart {
    Whole,
    Socket,
    Headers,
    Cookies,
    Query,
    PathParams,
    State,
    Session,
    Url,
    Scope,
    App,
}

/// A callable with some of its arguments, each with its name where it was given by name.
pub(crate) type Partial<'a> = (Value<'a>, Vec<(Option<Rc<str>>, Value<'a>)>);

/// An abstract value.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Value<'a> {
    None,
    Bool(bool),
    Int(i64),
    Str(Rc<str>),
    /// A tuple, list or set whose elements are known.
    List(Rc<[Value<'a>]>),
    /// A dictionary whose keys are known.
    Dict(Rc<[(Value<'a>, Value<'a>)]>),
    Function(Rc<Closure<'a>>),
    Lambda(ModuleId, Node<'a, ExprLambda>, Rc<Locals<'a>>),
    Class(ModuleId, Node<'a, StmtClassDef>),
    /// A column of a mapped class: class and attribute.
    Column(Rc<str>, Rc<str>),
    Instance(Rc<Instance<'a>>),
    /// A method of the tree with its receiver.
    Method(Rc<(Value<'a>, Closure<'a>)>),
    /// A member of something that is no object of the tree.
    Member(Rc<(Value<'a>, Rc<str>)>),
    Module(ModuleId),
    Namespace(Rc<str>),
    /// Something of another package, by its dotted name.
    External(Rc<str>),
    /// An object made by calling something of another package.
    Made(Rc<str>),
    /// `Depends(callable)` or `Security(callable)`.
    Depends(Rc<Value<'a>>),
    Parameter(Rc<Parameter<'a>>),
    Scheme(Rc<Scheme>),
    Request(RequestPart),
    /// What goes on to the next: `call_next`, `self.app`, a decorated handler.
    Next,
    Exception(Exception<'a>),
    /// A response with its status, where that is known.
    Response(Option<i64>),
    /// `super()` in a method: the class in which it stands, and the receiver.
    Super(ModuleId, Node<'a, StmtClassDef>, Rc<Value<'a>>),
    /// `functools.partial(callable, …)`.
    Partial(Rc<Partial<'a>>),
    Data(Data),
}

impl<'a> Value<'a> {
    /// The dotted name of something of another package, or of a member of it: `supabase.Client.auth`.
    pub(crate) fn dotted(&self) -> Option<String> {
        match self {
            Self::External(name) | Self::Made(name) => Some(name.to_string()),
            Self::Member(member) => Some(format!("{}.{}", member.0.dotted()?, member.1)),
            _ => None,
        }
    }

    /// A value of which nothing is known.
    pub(crate) fn opaque() -> Self {
        Self::Data(Data::default())
    }

    pub(crate) fn tainted(taint: Taint) -> Self {
        Self::Data(Data {
            taint,
            ..Data::default()
        })
    }

    pub(crate) fn present(taint: Taint) -> Self {
        Self::Data(Data {
            taint,
            present: true,
            ..Data::default()
        })
    }

    pub(crate) fn proof(taint: Taint, proof: Proof) -> Self {
        Self::Data(Data {
            taint,
            proof: Some(proof),
            ..Data::default()
        })
    }

    pub(crate) fn setting(name: &str, default: Option<Rc<str>>) -> Self {
        let setting = Setting {
            name: name.into(),
            default,
            test: None,
        };
        Self::Data(Data {
            taint: Taint::SECRET,
            setting: Some(Rc::new(setting)),
            ..Data::default()
        })
    }

    pub(crate) fn text(&self) -> Option<&str> {
        match self {
            Self::Str(text) => Some(text),
            _ => None,
        }
    }

    /// The taint of the value with all its parts.
    pub(crate) fn taint(&self) -> Taint {
        match self {
            Self::Data(data) => data.taint,
            Self::List(items) => items
                .iter()
                .fold(Taint::NOTHING, |taint, item| taint.with(item.taint())),
            Self::Dict(items) => items
                .iter()
                .fold(Taint::NOTHING, |taint, (_, item)| taint.with(item.taint())),
            Self::Instance(instance) => instance
                .fields
                .iter()
                .fold(Taint::NOTHING, |taint, (_, item)| taint.with(item.taint())),
            Self::Member(member) => member.0.taint(),
            Self::Request(RequestPart::Whole | RequestPart::Socket | RequestPart::Scope) => {
                Taint::REQUEST
            }
            Self::Request(RequestPart::Headers | RequestPart::Cookies) => Taint::REQUEST,
            Self::Request(RequestPart::Query | RequestPart::PathParams) => Taint::CALLER,
            _ => Taint::NOTHING,
        }
    }

    /// The first part of the value that the caller writes, in words.
    pub(crate) fn source(&self) -> Option<(Rc<str>, Site)> {
        match self {
            Self::Data(data) => data.source.clone(),
            Self::List(items) => items.iter().find_map(Self::source),
            Self::Dict(items) => items.iter().find_map(|(_, item)| item.source()),
            Self::Instance(instance) => instance.fields.iter().find_map(|(_, item)| item.source()),
            Self::Member(member) => member.0.source(),
            _ => None,
        }
    }

    /// The setting on which the value rests, if it rests on one.
    pub(crate) fn rests_on(&self) -> Option<&Rc<Setting>> {
        match self {
            Self::Data(data) => data.setting.as_ref(),
            Self::Member(member) => member.0.rests_on(),
            _ => None,
        }
    }

    pub(crate) fn check(&self) -> Option<Proof> {
        match self {
            Self::Data(data) => data.proof,
            _ => None,
        }
    }

    /// A value computed from this one and nothing else: the same taint, setting and source, no proof.
    pub(crate) fn derived(&self) -> Self {
        Self::Data(Data {
            taint: self.taint(),
            present: false,
            proof: None,
            setting: self.rests_on().cloned(),
            source: self.source(),
        })
    }

    /// Whether the value says nothing of the caller, and is of a kind that tests rarely tell apart: a text, a caught exception,
    /// something computed. `None`, truth values, numbers and responses steer what follows.
    pub(crate) fn is_bland(&self) -> bool {
        match self {
            Self::Str(_) | Self::Exception(_) => true,
            Self::Data(data) => data.is_plain(),
            Self::List(items) => items.iter().all(Self::is_bland),
            Self::Dict(items) => items.iter().all(|(_, item)| item.is_bland()),
            _ => false,
        }
    }

    /// Whether the value is known to be true.
    pub(crate) fn is_present(&self) -> bool {
        match self {
            Self::Str(text) => !text.is_empty(),
            Self::Exception(_) => true,
            Self::Data(data) => data.present,
            Self::List(items) => !items.is_empty(),
            Self::Dict(items) => !items.is_empty(),
            _ => false,
        }
    }

    /// A value computed from all of these.
    pub(crate) fn computed<'v>(parts: impl IntoIterator<Item = &'v Self>) -> Self
    where
        'a: 'v,
    {
        let mut data = Data::default();
        for part in parts {
            data.taint = data.taint.with(part.taint());
            data.setting = data.setting.or_else(|| part.rests_on().cloned());
            data.source = data.source.or_else(|| part.source());
        }
        Self::Data(data)
    }
}
