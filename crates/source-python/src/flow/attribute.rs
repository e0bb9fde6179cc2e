//! Members and items of values: what `a.b` and `a[b]` yield, and what assigning them changes.

use std::rc::Rc;

use ruff_python_ast::Expr;

use super::argument::Arguments;
use super::class::{Found, Member, decorated_with};
use super::condition::path_of;
use super::name::STORE;
use super::value::{Instance, Proof, RequestPart, Taint, Value};
use super::{Engine, Exits, Site, State, Values};
use crate::tree::Definition;

impl<'a> Engine<'a, '_> {
    /// What is called by `receiver.name(…)`.
    pub(crate) fn callee(
        &mut self,
        receiver: &Value<'a>,
        name: &str,
        site: Site,
        state: State<'a>,
        exits: &mut Exits<'a>,
    ) -> Values<'a> {
        match receiver {
            Value::Module(_)
            | Value::Namespace(_)
            | Value::External(_)
            | Value::Class(..)
            | Value::Instance(_)
            | Value::Super(..) => self.attribute(receiver, name, site, state, exits),
            // Nothing can be called on `None`: Python raises.
            Value::None => {
                exits
                    .raises
                    .push((state, super::Exception::External("AttributeError".into())));
                Vec::new()
            }
            _ => vec![(
                state,
                Value::Member(Rc::new((receiver.clone(), name.into()))),
            )],
        }
    }

    /// What `receiver.name` yields.
    pub(crate) fn attribute(
        &mut self,
        receiver: &Value<'a>,
        name: &str,
        site: Site,
        state: State<'a>,
        exits: &mut Exits<'a>,
    ) -> Values<'a> {
        let value = match receiver {
            Value::Module(module) => {
                let found = self.tree.member(&Definition::Module(*module), name);
                self.defined(found)
            }
            Value::Namespace(folder) => {
                let found = self
                    .tree
                    .member(&Definition::Namespace(folder.to_string()), name);
                self.defined(found)
            }
            // `status.HTTP_401_UNAUTHORIZED`
            Value::External(dotted) => match name
                .strip_prefix("HTTP_")
                .and_then(|rest| rest.get(..3))
                .and_then(|code| code.parse().ok())
            {
                Some(code) if dotted.ends_with("status") => Value::Int(code),
                _ if is_settings(dotted)
                    && !matches!(name, "db" | "database" | "session" | "get") =>
                {
                    Value::setting(name, None)
                }
                _ => Value::External(format!("{dotted}.{name}").into()),
            },
            Value::Class(module, class) => match self.find(*module, *class, name) {
                Some(found) if matches!(found.member, Member::Function(_)) => match found.member {
                    Member::Function(node) if decorated_with(node, "classmethod") => self
                        .method_of(receiver, &found)
                        .unwrap_or_else(Value::opaque),
                    _ => match self.method_of(receiver, &found) {
                        Some(Value::Method(method)) => Value::Function(Rc::new(method.1.clone())),
                        Some(other) => other,
                        None => Value::opaque(),
                    },
                },
                _ if self.mapped(*module, *class) => {
                    Value::Column(class.0.name.as_str().into(), name.into())
                }
                Some(Found {
                    module,
                    class: _,
                    member: Member::Value(value),
                }) => {
                    let env = self.top(module, None);
                    let value =
                        super::one(self.eval(&env, value, State::default(), &mut Exits::default()));
                    kept(value)
                }
                _ => Value::opaque(),
            },
            Value::Instance(instance) => {
                return self.instance_attribute(
                    &Rc::clone(instance),
                    receiver,
                    name,
                    site,
                    state,
                    exits,
                );
            }
            Value::Super(module, class, bound) => {
                let line = match bound.as_ref() {
                    Value::Instance(instance) => (instance.module, instance.class),
                    _ => (*module, *class),
                };
                match self.find_above(line.0, line.1, *class, name) {
                    Some(found) => self.method_of(bound, &found).unwrap_or_else(Value::opaque),
                    None => Value::Member(Rc::new((receiver.clone(), name.into()))),
                }
            }
            Value::Request(part) => return self.request_attribute(*part, name, site, state),
            Value::Data(data) => match (data.proof, name) {
                (Some(Proof::Response(check)), "status_code" | "status") => {
                    Value::proof(Taint::NOTHING, Proof::Status(check))
                }
                (Some(Proof::Response(check)), "ok" | "is_success")
                    if !self.checks[check as usize].null_refuses =>
                {
                    Value::proof(Taint::NOTHING, Proof::WhenTrue(check))
                }
                (Some(Proof::Response(check)), "is_error")
                    if !self.checks[check as usize].null_refuses =>
                {
                    Value::proof(Taint::NOTHING, Proof::WhenFalse(check))
                }
                (Some(Proof::Principal(check)), "is_authenticated" | "is_signed_in") => {
                    Value::proof(Taint::NOTHING, Proof::WhenTrue(check))
                }
                // An attribute of what may be `None` raises if it is.
                (Some(Proof::WhenTrue(check)), _) => {
                    let mut state = state;
                    state.facts.verify(check);
                    let mut value = receiver.derived();
                    if let Value::Data(data) = &mut value {
                        data.taint = data.taint.with(Taint::VERIFIED);
                    }
                    return vec![(state, value)];
                }
                // `Bearer`, `Basic`: not what is presented, but how.
                (None, "scheme") if data.taint.has(Taint::CREDENTIAL) => {
                    Value::present(Taint::CALLER)
                }
                _ => receiver.derived(),
            },
            Value::None => {
                exits
                    .raises
                    .push((state, super::Exception::External("AttributeError".into())));
                return Vec::new();
            }
            Value::Made(made) if super::betroth::member(made, name).is_some() => {
                super::betroth::member(made, name).unwrap_or_else(Value::opaque)
            }
            Value::Made(_) | Value::Member(_) | Value::Scheme(_) => {
                Value::Member(Rc::new((receiver.clone(), name.into())))
            }
            Value::Str(_) | Value::List(_) | Value::Dict(_) => {
                Value::Member(Rc::new((receiver.clone(), name.into())))
            }
            _ => Value::opaque(),
        };
        vec![(state, value)]
    }

    fn instance_attribute(
        &mut self,
        instance: &Instance<'a>,
        receiver: &Value<'a>,
        name: &str,
        site: Site,
        state: State<'a>,
        exits: &mut Exits<'a>,
    ) -> Values<'a> {
        if let Some((_, value)) = instance
            .fields
            .iter()
            .find(|(field, _)| field.as_ref() == name)
        {
            let value =
                if self.mutable(instance.class).contains(name) && value.taint() == Taint::NOTHING {
                    Value::opaque()
                } else {
                    kept(value.clone())
                };
            return vec![(state, value)];
        }
        let value = match self.find(instance.module, instance.class, name) {
            Some(found) => match found.member {
                Member::Function(node) => {
                    let method = self
                        .method_of(receiver, &found)
                        .unwrap_or_else(Value::opaque);
                    if decorated_with(node, "property")
                        || decorated_with(node, "cached_property")
                        || decorated_with(node, "computed_field")
                    {
                        if self.settings(instance.module, instance.class) {
                            return vec![(state, self.setting_computed(&method, name, site))];
                        }
                        let frame = self.top(found.module, None);
                        return self.call(
                            &frame,
                            &method,
                            None,
                            Arguments::default(),
                            site,
                            state,
                            exits,
                        );
                    }
                    method
                }
                Member::Value(value) => {
                    let frame = self.top(found.module, None);
                    let value = super::one(self.eval(
                        &frame,
                        value,
                        State::default(),
                        &mut Exits::default(),
                    ));
                    if self.settings(instance.module, instance.class) {
                        self.setting_field(name, &value)
                    } else if self.mutable(found.class).contains(name) {
                        Value::opaque()
                    } else {
                        kept(value)
                    }
                }
                Member::Declared if self.settings(instance.module, instance.class) => {
                    Value::setting(name, None)
                }
                Member::Declared => Value::opaque(),
            },
            None if name == "__class__" => Value::Class(instance.module, instance.class),
            None => Value::Member(Rc::new((receiver.clone(), name.into()))),
        };
        vec![(state, value)]
    }

    /// A field of a settings class: the environment fills it, its default stands in the source.
    fn setting_field(&mut self, name: &str, value: &Value<'a>) -> Value<'a> {
        match value {
            Value::Data(data) if data.setting.is_some() => value.clone(),
            Value::Str(text) => Value::setting(name, Some(Rc::clone(text))),
            Value::Bool(value) => {
                Value::setting(name, Some(if *value { "True" } else { "False" }.into()))
            }
            Value::Int(value) => Value::setting(name, Some(value.to_string().into())),
            Value::None => Value::setting(name, Some("None".into())),
            Value::List(_) => {
                let mut setting = Value::setting(name, None);
                if let Value::Data(data) = &mut setting {
                    data.taint = value.taint().with(Taint::SECRET);
                }
                setting
            }
            _ => Value::setting(name, None),
        }
    }

    /// A property of a settings class: what it computes rests on the settings.
    fn setting_computed(&mut self, method: &Value<'a>, name: &str, site: Site) -> Value<'a> {
        let Value::Method(bound) = method else {
            return Value::setting(name, None);
        };
        let frame = self.top(bound.1.module, None);
        let values = self.call(
            &frame,
            method,
            None,
            Arguments::default(),
            site,
            State::default(),
            &mut Exits::default(),
        );
        match super::one(values) {
            value @ Value::Data(_) if value.rests_on().is_some() => value,
            value @ (Value::List(_) | Value::Str(_)) => value,
            _ => Value::setting(name, None),
        }
    }

    /// Assigns `receiver.name`.
    pub(crate) fn assign_member(
        &mut self,
        receiver: &Value<'a>,
        name: &str,
        value: Value<'a>,
        target: &'a Expr,
        state: &mut State<'a>,
    ) {
        match receiver {
            Value::Request(RequestPart::State) => {
                Rc::make_mut(&mut state.request).insert(name.into(), value);
            }
            Value::Instance(instance) => {
                let Expr::Attribute(attribute) = target else {
                    return;
                };
                if let Expr::Name(owner) = attribute.value.as_ref() {
                    let owner = owner.id.as_str();
                    if state.locals.value(owner).is_some() {
                        let changed = Value::with_field(instance, name, value);
                        state.bind(owner, changed);
                        return;
                    }
                }
                if let Some(path) = path_of(target) {
                    state.refine(&path, value);
                }
            }
            _ => {
                if let Some(path) = path_of(target) {
                    state.refine(&path, value);
                }
            }
        }
    }

    /// Assigns `receiver[key]`.
    pub(crate) fn assign_item(
        &mut self,
        receiver: &Value<'a>,
        key: &Value<'a>,
        value: Value<'a>,
        target: &'a Expr,
        state: &mut State<'a>,
    ) {
        match receiver {
            Value::Request(RequestPart::State | RequestPart::Scope) => {
                if let Some(key) = key.text() {
                    Rc::make_mut(&mut state.request).insert(key.into(), value);
                }
            }
            Value::Dict(items) => {
                let mut items = items.to_vec();
                match items.iter_mut().find(|(known, _)| known == key) {
                    Some((_, item)) => *item = value,
                    None => items.push((key.clone(), value)),
                }
                if let Expr::Name(name) = target {
                    state.bind(name.id.as_str(), Value::Dict(items.into()));
                }
            }
            Value::Data(_) | Value::List(_) => {
                if let Expr::Name(name) = target {
                    let known = state.locals.value(name.id.as_str()).is_some();
                    if known {
                        state.bind(name.id.as_str(), Value::computed([receiver, &value]));
                    }
                }
            }
            _ => {}
        }
    }

    /// What `receiver[key]` yields. A missing key raises, so what goes on had it.
    pub(crate) fn subscript(
        &mut self,
        receiver: &Value<'a>,
        key: &Value<'a>,
        site: Site,
        mut state: State<'a>,
        exits: &mut Exits<'a>,
    ) -> Values<'a> {
        let value = match receiver {
            Value::Dict(items) => match items.iter().find(|(known, _)| known == key) {
                Some((_, value)) => value.clone(),
                None => Value::computed(items.iter().map(|(_, value)| value)),
            },
            Value::List(items) => match key {
                Value::Int(index) => usize::try_from(*index)
                    .ok()
                    .and_then(|index| items.get(index).cloned())
                    .unwrap_or_else(|| Value::computed(items.iter())),
                _ => Value::computed(items.iter()),
            },
            Value::External(name) if name.as_ref() == "os.environ" => {
                Value::setting(key.text().unwrap_or("os.environ"), None)
            }
            Value::Request(part) => {
                let values = self.request_item(*part, key, true, site, state);
                return values
                    .into_iter()
                    .map(|(state, value)| (state, sure(value)))
                    .collect();
            }
            Value::Made(name)
                if name.as_ref() == STORE
                    && key.taint().has(Taint::CREDENTIAL.with(Taint::REQUEST)) =>
            {
                let check = self.plain_check(site, betroth_agreement::VerifierKind::SessionLookup);
                state.facts.verify(check);
                Value::present(Taint::VERIFIED)
            }
            Value::Data(data) => {
                // A body without that member, or `null`, raises.
                if let Some(Proof::WhenTrue(check) | Proof::Answer(check)) = data.proof {
                    state.facts.verify(check);
                }
                let mut value = receiver.derived();
                if let Value::Data(data) = &mut value {
                    data.present = true;
                    data.setting = None;
                }
                value
            }
            Value::None => {
                exits
                    .raises
                    .push((state, super::Exception::External("TypeError".into())));
                return Vec::new();
            }
            Value::Class(..) | Value::External(_) => receiver.clone(),
            other => other.derived(),
        };
        vec![(state, value)]
    }
}

/// A field as a request finds it: `None` is where it begins, not what it holds.
fn kept(value: Value<'_>) -> Value<'_> {
    match value {
        Value::None => Value::opaque(),
        Value::List(items) if items.is_empty() => Value::Made(STORE.into()),
        Value::Dict(items) if items.is_empty() => Value::Made(STORE.into()),
        other => other,
    }
}

fn sure(value: Value<'_>) -> Value<'_> {
    match value {
        Value::Data(mut data) => {
            data.present = true;
            Value::Data(data)
        }
        other => other,
    }
}

/// Whether a name of another package goes by what people call their settings.
fn is_settings(dotted: &str) -> bool {
    matches!(
        dotted.rsplit('.').next().unwrap_or(dotted),
        "settings" | "config" | "conf" | "cfg" | "env"
    ) && !dotted.starts_with("logging")
        && !dotted.starts_with("alembic")
}
