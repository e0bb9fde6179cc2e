use foldhash::{HashMap, HashMapExt, HashSet, HashSetExt};
use oxc_ast::{
    AstKind,
    ast::{
        Argument, AssignmentTarget, BindingPattern, ClassElement, Expression, FormalParameters,
        JSXElementName, JSXMemberExpression, JSXMemberExpressionObject, JSXOpeningElement,
        MethodDefinitionKind, ObjectPropertyKind, VariableDeclaration, VariableDeclarationKind,
    },
};
use oxc_ast_visit::VisitJs;
use oxc_span::Span;

use super::{Binding, Call, Class, Definition, Element, Export, Function, Module, pattern};

mod answer;
mod exports;
mod place;
mod writes;

/// The scope of the module itself.
const TOP: Span = Span::new(0, u32::MAX);

/// Fills a [`Module`] in one walk over the tree.
pub(super) struct Builder<'a> {
    module: Module<'a>,
    /// Scopes around the node being visited; the flag says whether `var` stops there.
    scopes: Vec<(Span, bool)>,
    functions: Vec<usize>,
    classes: Vec<usize>,
    /// Names that a declarator or property gives to the function that starts there.
    given: HashMap<u32, &'a str>,
    /// Starts of constructors' functions, with the class.
    constructors: HashMap<u32, usize>,
    /// Starts of functions that a call is given as options.
    handed: HashSet<u32>,
    /// Names under which texts go, by the start of the text.
    labels: HashMap<u32, &'a str>,
    /// Where an address is no address of a server that is asked.
    aside: Vec<Span>,
    /// Tests for 401 whose branch changes nothing.
    inert: Vec<Span>,
}

impl<'a> Builder<'a> {
    pub(super) fn new(module: Module<'a>) -> Self {
        Self {
            module,
            scopes: vec![(TOP, true)],
            functions: Vec::new(),
            classes: Vec::new(),
            given: HashMap::new(),
            constructors: HashMap::new(),
            handed: HashSet::new(),
            labels: HashMap::new(),
            aside: Vec::new(),
            inert: Vec::new(),
        }
    }

    /// The module, ready for look-ups.
    pub(super) fn finish(self) -> Module<'a> {
        let mut module = self.module;
        for (id, binding) in module.bindings.iter().enumerate() {
            module.names.entry(binding.name).or_default().push(id);
        }
        for (id, write) in module.writes.iter().enumerate() {
            module
                .writes_by_root
                .entry(write.root)
                .or_default()
                .push(id);
        }
        module
    }

    fn scope(&self) -> Span {
        self.scopes.last().map_or(TOP, |(span, _)| *span)
    }

    fn function_scope(&self) -> Span {
        self.scopes
            .iter()
            .rev()
            .find(|(_, function)| *function)
            .map_or(TOP, |(span, _)| *span)
    }

    fn bind(&mut self, name: &'a str, scope: Span, definition: Definition<'a>) {
        self.module.bindings.push(Binding {
            name,
            scope,
            definition,
        });
    }

    fn declare(&mut self, declaration: &'a VariableDeclaration<'a>) {
        let scope = if declaration.kind == VariableDeclarationKind::Var {
            self.function_scope()
        } else {
            self.scope()
        };
        for declarator in &declaration.declarations {
            let Some(init) = &declarator.init else {
                for bound in pattern::bound(&declarator.id) {
                    self.bind(bound.name, scope, Definition::Opaque);
                }
                continue;
            };
            if let BindingPattern::BindingIdentifier(name) = &declarator.id {
                self.give(name.name.as_str(), init, false);
                if let Some(other) = last_name(init.get_inner_expression()) {
                    self.alias(other, name.name.as_str());
                }
            }
            for bound in pattern::bound(&declarator.id) {
                if let Some(last) = bound.path.last() {
                    self.alias(last, bound.name);
                }
                self.bind(
                    bound.name,
                    scope,
                    Definition::Value {
                        init,
                        path: bound.path,
                        default: bound.default,
                    },
                );
            }
        }
    }

    fn alias(&mut self, name: &'a str, other: &'a str) {
        if name != other {
            self.module.aliases.push((name, other));
        }
    }

    /// Names the function that `value` is, or that a hook or a wrapper such as `useCallback(…)` is given.
    fn give(&mut self, name: &'a str, value: &'a Expression<'a>, member: bool) {
        self.label(name, value);
        match value.get_inner_expression() {
            Expression::ArrowFunctionExpression(function) => {
                self.given.insert(function.span.start, name);
            }
            Expression::FunctionExpression(function) => {
                self.given.insert(function.span.start, name);
            }
            Expression::CallExpression(call) => {
                if let Some(first) = call.arguments.first().and_then(Argument::as_expression)
                    && first.is_function()
                {
                    self.give(name, first, member);
                }
            }
            other => {
                if member && let Some(last) = last_name(other) {
                    self.alias(last, name);
                }
            }
        }
    }

    fn enter_function(
        &mut self,
        span: Span,
        name: Option<&'a str>,
        params: &'a FormalParameters<'a>,
    ) {
        let id = self.module.functions.len();
        let given = self.given.get(&span.start).copied();
        self.module.functions.push(Function {
            span,
            name: name.or(given),
            returns: Vec::new(),
            parent: self.functions.last().copied(),
            constructs: self.constructors.get(&span.start).copied(),
            handed: self.handed.contains(&span.start),
            server_action: false,
        });
        self.functions.push(id);
        self.scopes.push((span, true));
        for (index, parameter) in params.items.iter().enumerate() {
            let whole = parameter.initializer.as_deref();
            for bound in pattern::bound(&parameter.pattern) {
                let default = bound
                    .default
                    .or(if bound.path.is_empty() { whole } else { None });
                if let Some(default) = default {
                    self.label(bound.name, default);
                }
                self.bind(
                    bound.name,
                    span,
                    Definition::Parameter {
                        function: id,
                        index,
                        path: bound.path,
                        default,
                    },
                );
            }
        }
        if let Some(rest) = &params.rest {
            for bound in pattern::bound(&rest.rest.argument) {
                self.bind(bound.name, span, Definition::Opaque);
            }
        }
    }

    fn enter_class(&mut self, class: &'a oxc_ast::ast::Class<'a>) {
        let id = self.module.classes.len();
        let mut record = Class {
            span: class.span,
            name: class.id.as_ref().map(|id| id.name.as_str()),
            base: class.heritage_expression(),
            elements: &class.body.body,
            properties: Vec::new(),
            constructor: None,
        };
        for element in &class.body.body {
            match element {
                ClassElement::MethodDefinition(method) => {
                    if method.kind == MethodDefinitionKind::Constructor {
                        self.constructors.insert(method.value.span.start, id);
                        record.constructor = Some(id);
                        for (index, parameter) in method.value.params.items.iter().enumerate() {
                            if parameter.has_modifier()
                                && let Some(name) = parameter.pattern.get_identifier_name()
                            {
                                record.properties.push((name.as_str(), index));
                            }
                        }
                    } else if let Some(name) = pattern::key_name(&method.key) {
                        self.given.insert(method.value.span.start, name);
                    }
                }
                ClassElement::PropertyDefinition(property) => {
                    if let (Some(name), Some(value)) =
                        (pattern::key_name(&property.key), &property.value)
                    {
                        self.give(name, value, true);
                    }
                }
                _ => {}
            }
        }
        if let Some(name) = record.name {
            self.bind(name, self.scope(), Definition::Class(id));
        }
        self.module.classes.push(record);
        self.classes.push(id);
    }

    fn call(
        &mut self,
        span: Span,
        callee: &'a Expression<'a>,
        arguments: &'a [Argument<'a>],
        construct: bool,
    ) {
        let callee = callee.get_inner_expression();
        let name = last_name(callee).unwrap_or_default();
        for argument in arguments.iter().filter_map(Argument::as_expression) {
            self.hand(argument);
        }
        self.module.calls.push(Call {
            span,
            callee,
            arguments,
            construct,
            name,
        });
        if let (Expression::StaticMemberExpression(member), "set" | "append" | "setRequestHeader") =
            (callee, name)
            && let [key, value, ..] = arguments
            && let (Some(Expression::StringLiteral(key)), Some(value)) = (
                key.as_expression().map(Expression::get_inner_expression),
                value.as_expression(),
            )
        {
            self.write(&member.object, Some(key.value.as_str()), value, span.start);
        }
        if name == "require"
            && let Some(Expression::StringLiteral(specifier)) =
                arguments.first().and_then(Argument::as_expression)
        {
            self.module.imports.push(specifier.value.as_str());
        }
    }

    /// Marks the functions that an object of options holds.
    fn hand(&mut self, options: &'a Expression<'a>) {
        let Expression::ObjectExpression(object) = options.get_inner_expression() else {
            return;
        };
        for property in &object.properties {
            if let ObjectPropertyKind::ObjectProperty(property) = property {
                match property.value.get_inner_expression() {
                    Expression::ArrowFunctionExpression(function) => {
                        self.handed.insert(function.span.start);
                    }
                    Expression::FunctionExpression(function) => {
                        self.handed.insert(function.span.start);
                    }
                    _ => self.hand(&property.value),
                }
            }
        }
    }

    fn element(&mut self, element: &'a JSXOpeningElement<'a>) {
        let name = match &element.name {
            JSXElementName::IdentifierReference(name) => vec![name.name.as_str()],
            JSXElementName::MemberExpression(member) => member_names(member),
            _ => return,
        };
        self.module.elements.push(Element {
            name,
            attributes: &element.attributes,
        });
    }

    fn statement_scope(kind: AstKind<'a>) -> Option<Span> {
        match kind {
            AstKind::BlockStatement(block) => Some(block.span),
            AstKind::ForStatement(statement) => Some(statement.span),
            AstKind::ForInStatement(statement) => Some(statement.span),
            AstKind::ForOfStatement(statement) => Some(statement.span),
            AstKind::SwitchStatement(statement) => Some(statement.span),
            AstKind::CatchClause(clause) => Some(clause.span),
            _ => None,
        }
    }
}

impl<'a> VisitJs<'a> for Builder<'a> {
    fn enter_node(&mut self, kind: AstKind<'a>) {
        if let Some(span) = Self::statement_scope(kind) {
            self.scopes.push((span, false));
        }
        self.answer(kind);
        self.address(kind);
        match kind {
            AstKind::VariableDeclaration(declaration) => self.declare(declaration),
            AstKind::Function(function) => {
                let name = function.id.as_ref().map(|id| id.name.as_str());
                if let (Some(name), true) = (name, function.is_declaration()) {
                    self.bind(
                        name,
                        self.scope(),
                        Definition::Function(self.module.functions.len()),
                    );
                }
                self.enter_function(function.span, name, &function.params);
            }
            AstKind::ArrowFunctionExpression(function) => {
                self.enter_function(function.span, None, &function.params);
                if let (Some(value), Some(id)) =
                    (function.body.as_expression(), self.functions.last())
                {
                    self.module.functions[*id].returns.push(value);
                }
            }
            AstKind::ReturnStatement(statement) => {
                if let (Some(value), Some(id)) = (&statement.argument, self.functions.last()) {
                    self.module.functions[*id].returns.push(value);
                }
            }
            AstKind::Class(class) => self.enter_class(class),
            AstKind::CallExpression(call) => {
                self.call(call.span, &call.callee, &call.arguments, false);
            }
            AstKind::NewExpression(call) => {
                self.call(call.span, &call.callee, &call.arguments, true);
            }
            AstKind::AssignmentExpression(assignment) => {
                if let Some(name) = target_name(&assignment.left) {
                    self.label(name, &assignment.right);
                }
                self.assign(&assignment.left, &assignment.right, assignment.span.start);
            }
            AstKind::ObjectProperty(property) => {
                if let Some(name) = pattern::key_name(&property.key) {
                    self.give(name, &property.value, true);
                }
            }
            AstKind::CatchClause(clause) => {
                if let Some(parameter) = &clause.param {
                    for bound in pattern::bound(&parameter.pattern) {
                        self.bind(bound.name, clause.span, Definition::Opaque);
                    }
                }
            }
            AstKind::JSXOpeningElement(element) => self.element(element),
            AstKind::ImportExpression(import) => {
                if let Expression::StringLiteral(specifier) = &import.source {
                    self.module.imports.push(specifier.value.as_str());
                }
            }
            AstKind::Directive(directive) => {
                let server = directive.directive.as_str() == "use server";
                if let Some(id) = self.functions.last() {
                    self.module.functions[*id].server_action |= server;
                } else {
                    self.module.server_actions |= server;
                    self.module.client |= directive.directive.as_str() == "use client";
                }
            }
            AstKind::ImportDeclaration(import) => self.import(import),
            AstKind::ExportNamedDeclaration(_)
            | AstKind::ExportFromDeclaration(_)
            | AstKind::ExportAllDeclaration(_)
            | AstKind::ExportDefaultDeclaration(_)
            | AstKind::ExportDeclaration(_) => {
                self.export(kind);
            }
            _ => {}
        }
    }

    fn leave_node(&mut self, kind: AstKind<'a>) {
        if Self::statement_scope(kind).is_some() {
            self.scopes.pop();
        }
        match kind {
            AstKind::Function(_) | AstKind::ArrowFunctionExpression(_) => {
                self.functions.pop();
                self.scopes.pop();
            }
            AstKind::Class(_) => {
                self.classes.pop();
            }
            _ => {}
        }
    }
}

/// `get` of `client.get`, `fetch` of `fetch`.
fn last_name<'a>(callee: &'a Expression<'a>) -> Option<&'a str> {
    match callee {
        Expression::Identifier(name) => Some(name.name.as_str()),
        Expression::StaticMemberExpression(member) => Some(member.property.name.as_str()),
        Expression::PrivateFieldExpression(member) => Some(member.field.name.as_str()),
        Expression::ComputedMemberExpression(member) => {
            match member.expression.get_inner_expression() {
                Expression::StringLiteral(name) => Some(name.value.as_str()),
                _ => None,
            }
        }
        Expression::ChainExpression(chain) => match &chain.expression {
            oxc_ast::ast::ChainElement::StaticMemberExpression(member) => {
                Some(member.property.name.as_str())
            }
            _ => None,
        },
        _ => None,
    }
}

/// `baseUrl` of `this.baseUrl = …`.
fn target_name<'a>(target: &'a AssignmentTarget<'a>) -> Option<&'a str> {
    match target {
        AssignmentTarget::AssignmentTargetIdentifier(name) => Some(name.name.as_str()),
        AssignmentTarget::StaticMemberExpression(member) => Some(member.property.name.as_str()),
        _ => None,
    }
}

fn member_names<'a>(member: &'a JSXMemberExpression<'a>) -> Vec<&'a str> {
    let mut names = match &member.object {
        JSXMemberExpressionObject::IdentifierReference(name) => vec![name.name.as_str()],
        JSXMemberExpressionObject::MemberExpression(inner) => member_names(inner),
        JSXMemberExpressionObject::ThisExpression(_) => vec!["this"],
    };
    names.push(member.property.name.as_str());
    names
}
