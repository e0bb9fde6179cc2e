use oxc_ast::{
    AstKind,
    ast::{
        Declaration, ExportDefaultDeclarationKind, ImportDeclaration, ImportDeclarationSpecifier,
        ModuleExportName,
    },
};
use oxc_span::GetSpan;

use super::{Builder, Definition, Export, TOP};
use crate::module::pattern;

impl<'a> Builder<'a> {
    pub(super) fn import(&mut self, import: &'a ImportDeclaration<'a>) {
        if import.import_kind.is_type() {
            return;
        }
        let source = import.source.value.as_str();
        self.module.imports.push(source);
        for specifier in import.specifiers.iter().flatten() {
            let (local, name) = match specifier {
                ImportDeclarationSpecifier::ImportSpecifier(one) => {
                    (one.local.name.as_str(), export_name(&one.imported))
                }
                ImportDeclarationSpecifier::ImportDefaultSpecifier(one) => {
                    (one.local.name.as_str(), "default")
                }
                ImportDeclarationSpecifier::ImportNamespaceSpecifier(one) => {
                    (one.local.name.as_str(), "*")
                }
            };
            self.alias(name, local);
            self.bind(
                local,
                TOP,
                Definition::Import {
                    specifier: source,
                    name,
                },
            );
        }
    }

    pub(super) fn export(&mut self, kind: AstKind<'a>) {
        match kind {
            AstKind::ExportDeclaration(export) => match &export.declaration {
                Declaration::VariableDeclaration(declaration) => {
                    for declarator in &declaration.declarations {
                        for bound in pattern::bound(&declarator.id) {
                            self.module
                                .exports
                                .insert(bound.name, Export::Local(bound.name));
                        }
                    }
                }
                Declaration::FunctionDeclaration(function) => {
                    if let Some(id) = &function.id {
                        self.module
                            .exports
                            .insert(id.name.as_str(), Export::Local(id.name.as_str()));
                    }
                }
                Declaration::ClassDeclaration(class) => {
                    if let Some(id) = &class.id {
                        self.module
                            .exports
                            .insert(id.name.as_str(), Export::Local(id.name.as_str()));
                    }
                }
                _ => {}
            },
            AstKind::ExportNamedDeclaration(export) => {
                for specifier in &export.specifiers {
                    let (local, exported) = (
                        export_name(&specifier.local),
                        export_name(&specifier.exported),
                    );
                    self.alias(local, exported);
                    self.module.exports.insert(exported, Export::Local(local));
                }
            }
            AstKind::ExportFromDeclaration(export) => {
                if export.export_kind.is_type() {
                    return;
                }
                let specifier = export.source.value.as_str();
                self.module.imports.push(specifier);
                for one in &export.specifiers {
                    let (name, exported) = (export_name(&one.local), export_name(&one.exported));
                    self.alias(name, exported);
                    self.module
                        .exports
                        .insert(exported, Export::From { specifier, name });
                }
            }
            AstKind::ExportAllDeclaration(export) => {
                let specifier = export.source.value.as_str();
                self.module.imports.push(specifier);
                match &export.exported {
                    Some(name) => {
                        self.module.exports.insert(
                            export_name(name),
                            Export::From {
                                specifier,
                                name: "*",
                            },
                        );
                    }
                    None => self.module.stars.push(specifier),
                }
            }
            AstKind::ExportDefaultDeclaration(export) => {
                let value = match &export.declaration {
                    ExportDefaultDeclarationKind::FunctionDeclaration(function) => {
                        match &function.id {
                            Some(id) => {
                                self.alias(id.name.as_str(), "default");
                                Export::Local(id.name.as_str())
                            }
                            None => Export::Function(self.module.functions.len()),
                        }
                    }
                    ExportDefaultDeclarationKind::ClassDeclaration(class) => match &class.id {
                        Some(id) => {
                            self.alias(id.name.as_str(), "default");
                            Export::Local(id.name.as_str())
                        }
                        None => Export::Class(self.module.classes.len()),
                    },
                    ExportDefaultDeclarationKind::TSInterfaceDeclaration(_) => return,
                    other => match other.as_expression() {
                        Some(value) => {
                            self.give_default(value);
                            Export::Value(value)
                        }
                        None => return,
                    },
                };
                self.module.exports.insert("default", value);
            }
            _ => {}
        }
    }

    /// What a file exports by default is known elsewhere under any name, so its own name counts as one for `default`.
    fn give_default(&mut self, value: &'a oxc_ast::ast::Expression<'a>) {
        if let Some(name) = super::last_name(value.get_inner_expression()) {
            self.alias(name, "default");
        } else if value.is_function() {
            self.given
                .insert(value.get_inner_expression().span().start, "default");
        }
    }
}

fn export_name<'a>(name: &'a ModuleExportName<'a>) -> &'a str {
    match name {
        ModuleExportName::IdentifierName(name) => name.name.as_str(),
        ModuleExportName::IdentifierReference(name) => name.name.as_str(),
        ModuleExportName::StringLiteral(text) => text.value.as_str(),
    }
}
