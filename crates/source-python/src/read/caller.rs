//! Who calls a function of the tree, and with what.

use ruff_python_ast::{Expr, Stmt, StmtFunctionDef};

use super::calls::{called_name, calls_in};
use crate::tree::{Definition, ModuleId, Tree};
use crate::wiring::is_test;

/// What the callers of a function, or of the class whose constructor it is, give for a parameter.
pub(super) fn given<'a>(
    tree: &Tree<'a>,
    module: ModuleId,
    function: &'a StmtFunctionDef,
    parameter: &str,
) -> Vec<(ModuleId, &'a Expr)> {
    let class = tree
        .module(module)
        .body()
        .iter()
        .find_map(|statement| match statement {
            Stmt::ClassDef(class) if class.range.contains_range(function.range) => Some(class),
            _ => None,
        });
    let (name, skipped) = match class {
        Some(class) if function.name.as_str() == "__init__" => (class.name.as_str(), 1),
        Some(_) => return Vec::new(),
        None => (function.name.as_str(), 0),
    };
    let is_called = |definition: &Definition<'a>| match (definition, class) {
        (Definition::Function(_, node), None) => std::ptr::eq(*node, function),
        (Definition::Class(_, node), Some(class)) => std::ptr::eq(*node, class),
        _ => false,
    };
    let mut parameters = function.parameters.iter_non_variadic_params();
    let Some(index) = parameters.position(|one| one.parameter.name.as_str() == parameter) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for id in tree.ids() {
        let caller = tree.module(id);
        if is_test(caller.path()) || !caller.text().contains(name) {
            continue;
        }
        for call in calls_in(caller.body()) {
            if called_name(call) != Some(name) || !tree.named(id, &call.func).iter().any(is_called)
            {
                continue;
            }
            let keyword = call
                .arguments
                .find_keyword(parameter)
                .map(|keyword| &keyword.value);
            let positional = || {
                index
                    .checked_sub(skipped)
                    .and_then(|index| call.arguments.find_positional(index))
            };
            found.extend(keyword.or_else(positional).map(|value| (id, value)));
        }
    }
    found
}
