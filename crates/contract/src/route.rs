//! `[[route]]`: what a route asks, where that is not the API's default.

use serde_json::Value;

use crate::error::{ErrorKind, Fault};
use crate::form::{Form, Layout, table, words};
use crate::node::Node;
use crate::reader::Reader;
use crate::value::{Duration, Name, Role, RoutePath, Scope};
use crate::wording::listed;
use crate::{Access, Entry};

words! {
    /// A method of HTTP.
    pub enum Method {
        /// Reads.
        Get = "GET",
        /// Reads the header alone.
        Head = "HEAD",
        /// Makes, or does.
        Post = "POST",
        /// Replaces.
        Put = "PUT",
        /// Changes.
        Patch = "PATCH",
        /// Removes.
        Delete = "DELETE",
        /// Asks what is possible.
        Options = "OPTIONS",
    }
}

/// What a route asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Requirement {
    /// Nothing, and no credential is looked at.
    Public,
    /// Nothing; a credential that is shown must be good.
    Optional,
    /// A good credential.
    Required {
        /// Of these roles one; empty for any.
        roles: Vec<Role>,
        /// Every one of these scopes.
        scopes: Vec<Scope>,
        /// The issuer is asked where its last answer is older.
        fresh: Option<Duration>,
    },
}

impl Requirement {
    /// The word of the contract.
    pub fn access(&self) -> Access {
        match self {
            Self::Public => Access::Public,
            Self::Optional => Access::Optional,
            Self::Required { .. } => Access::Required,
        }
    }
}

/// What a route asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    /// The API's name; `None` where the contract has one API.
    pub api: Entry<Option<Name>>,
    /// The methods; empty for all.
    pub methods: Entry<Vec<Method>>,
    /// The path as the framework names it.
    pub path: Entry<RoutePath>,
    /// What it asks.
    pub requirement: Requirement,
}

impl Route {
    /// Whether a request could be meant by both.
    pub(crate) fn overlaps(&self, other: &Self) -> bool {
        let methods = self.methods.is_empty()
            || other.methods.is_empty()
            || self
                .methods
                .iter()
                .any(|method| other.methods.contains(method));
        methods && *self.api == *other.api && *self.path == *other.path
    }
}

table! {
    /// What a route asks, where that is not the API's default.
    struct Written {
        /// The API's name, where there are several.
        api: Option<Name>,
        /// The methods; all of them by default.
        methods: Vec<Method>,
        /// The path as the framework names it.
        path: RoutePath,
        /// Whom it lets in.
        access: Access = "required",
        /// One of these roles is asked.
        roles: Vec<Role>,
        /// Every one of these scopes is asked.
        scopes: Vec<Scope>,
        /// The issuer is asked where its last answer is older.
        fresh: Option<Duration>,
    }
}

impl Form for Route {
    const LAYOUT: Layout = Layout::Table;

    fn read(node: &Node, reader: &mut Reader) -> Option<Self> {
        let route = Written::read(node, reader)?;
        let requirement = match *route.access {
            Access::Required => Requirement::Required {
                roles: route.roles.into_value(),
                scopes: route.scopes.into_value(),
                fresh: route.fresh.into_value(),
            },
            access => {
                let asks = [
                    (!route.roles.is_empty(), "roles"),
                    (!route.scopes.is_empty(), "scopes"),
                    (route.fresh.is_some(), "fresh"),
                ];
                let asked: Vec<_> = asks
                    .iter()
                    .filter(|(asks, _)| *asks)
                    .map(|(_, key)| *key)
                    .collect();
                if !asked.is_empty() {
                    let fault = Fault::new(
                        format!(
                            "is `{access}`, and yet the route asks for {}",
                            listed(&asked)
                        ),
                        "who comes without a credential has none of them, and is let in",
                        format!(
                            "write `access = \"required\"`, or remove {}",
                            listed(&asked)
                        ),
                    );
                    reader.within("access", |reader| {
                        reader.fault(ErrorKind::Contradiction, route.access.span(), fault);
                    });
                    return None;
                }
                if access == Access::Public {
                    Requirement::Public
                } else {
                    Requirement::Optional
                }
            }
        };
        Some(Self {
            api: route.api,
            methods: route.methods,
            path: route.path,
            requirement,
        })
    }

    fn example() -> String {
        Written::example()
    }

    fn schema() -> Value {
        Written::schema()
    }
}
