//! Better Auth as it is set up: servers, clients, and their plugins.

use betroth_agreement::Evidence;
use oxc_ast::ast::{BinaryOperator, Expression, ObjectPropertyKind};

use crate::{
    AuthClient, BetterAuthConfig, JwtOptions, Plugin, Text, WrittenOption,
    key::key_source,
    module::{ModuleId, key_name},
    project::CallRef,
    value::{At, Chain, Root, Tracer},
};

/// Options written inside one another.
const DEPTH: usize = 3;

/// Every call of `betterAuth(…)`, with the module that makes it.
pub(crate) fn servers(
    tracer: &Tracer<'_, '_>,
    reached: &[bool],
) -> Vec<(ModuleId, BetterAuthConfig)> {
    calls_of(tracer, "betterAuth")
        .into_iter()
        .map(|call| (call.module, server(tracer, call, reached)))
        .collect()
}

/// Every call of `createAuthClient(…)`, with the module that makes it.
pub(crate) fn clients(tracer: &Tracer<'_, '_>) -> Vec<(ModuleId, AuthClient)> {
    calls_of(tracer, "createAuthClient")
        .into_iter()
        .map(|call| {
            let place = place(tracer, call);
            let options = options(tracer, call);
            let client = AuthClient {
                place,
                base_url: options
                    .as_ref()
                    .and_then(|at| text(tracer, at, &["baseURL"])),
                plugins: options.as_ref().map_or_else(Vec::new, |at| {
                    plugins(tracer, at)
                        .into_iter()
                        .map(|(plugin, _)| plugin)
                        .collect()
                }),
            };
            (call.module, client)
        })
        .collect()
}

fn calls_of(tracer: &Tracer<'_, '_>, function: &'static str) -> Vec<CallRef> {
    let mut calls: Vec<CallRef> = tracer
        .project
        .names_of(function)
        .iter()
        .flat_map(|name| tracer.project.calls_named(name))
        .copied()
        .filter(|call| {
            let callee = At::new(
                tracer.project.modules[call.module].calls[call.call].callee,
                call.module,
            );
            tracer.chains(&callee, &[], false).iter().any(|chain| {
                chain.path.is_empty() && chain.package("better-auth") == Some(function)
            })
        })
        .collect();
    calls.sort_by_key(|call| (call.module, call.call));
    calls.dedup();
    calls
}

fn place(tracer: &Tracer<'_, '_>, call: CallRef) -> betroth_report::Place {
    let module = &tracer.project.modules[call.module];
    module.place(module.calls[call.call].span.start)
}

fn options<'a>(tracer: &Tracer<'_, 'a>, call: CallRef) -> Option<At<'a>> {
    let record = &tracer.project.modules[call.module].calls[call.call];
    Some(At::new(
        record.arguments.first()?.as_expression()?,
        call.module,
    ))
}

fn server(tracer: &Tracer<'_, '_>, call: CallRef, reached: &[bool]) -> BetterAuthConfig {
    let place = place(tracer, call);
    let mut config = BetterAuthConfig {
        root: tracer.project.home(call.module).to_owned(),
        place,
        plugins: Vec::new(),
        plugins_known: true,
        jwt: None,
        secret: None,
        base_url: None,
        base_path: None,
        trusted_origins: Vec::new(),
        cookie_cache: None,
        cookie_cache_age: None,
        cookie_prefix: None,
        secure_cookies: None,
        cross_sub_domain: false,
        rate_limit_off: None,
        options: Vec::new(),
        reached: reached.get(call.module).copied().unwrap_or(true),
    };
    let Some(at) = options(tracer, call) else {
        return config;
    };
    for (plugin, settings) in plugins(tracer, &at) {
        if plugin.name == "jwt" && config.jwt.is_none() {
            config.jwt = Some(jwt_options(tracer, &plugin, settings.as_ref()));
        }
        config.plugins.push(plugin);
    }
    config.plugins_known = plugins_known(tracer, &at);
    config.secret = key_source(tracer, &at, &["secret"]);
    config.base_url = text(tracer, &at, &["baseURL"]);
    if let Some(base_url) = &mut config.base_url {
        // A server has every variable, so the first that is asked for counts, whether or not pages see it.
        let chains = tracer.chains(&at, &["baseURL"], false);
        let first = chains.iter().find_map(Chain::variable);
        base_url.environment = first.map(str::to_owned).or(base_url.environment.take());
    }
    config.base_path = text(tracer, &at, &["basePath"]);
    config.trusted_origins = trusted_origins(tracer, &at);
    config.cookie_cache = enabled(tracer, &at, &["session", "cookieCache", "enabled"])
        .and_then(|(on, place)| on.then_some(place));
    config.cookie_cache_age = seconds(tracer, &at, &["session", "cookieCache", "maxAge"]);
    config.cookie_prefix = text(tracer, &at, &["advanced", "cookiePrefix"]);
    config.secure_cookies =
        enabled(tracer, &at, &["advanced", "useSecureCookies"]).map(|(on, _)| on);
    config.cross_sub_domain = enabled(
        tracer,
        &at,
        &["advanced", "crossSubDomainCookies", "enabled"],
    )
    .is_some_and(|(on, _)| on);
    config.rate_limit_off = enabled(tracer, &at, &["rateLimit", "enabled"])
        .and_then(|(on, place)| (!on).then_some(place));
    config.options = all_written(tracer, &at);
    config
}

/// The names of the options that an object, or one that it is made of, writes.
fn all_written<'a>(tracer: &Tracer<'_, 'a>, at: &At<'a>) -> Vec<WrittenOption> {
    let mut options = Vec::new();
    for chain in tracer.chains(at, &[], false) {
        if let Root::Value(object) = &chain.root {
            written(tracer, object, "", DEPTH, &mut options);
        }
    }
    options
}

fn plugins<'a>(tracer: &Tracer<'_, 'a>, at: &At<'a>) -> Vec<(Plugin, Option<At<'a>>)> {
    let mut plugins = Vec::new();
    for element in elements(tracer, at, &["plugins"]) {
        for chain in tracer.chains(&element, &[], false) {
            let Root::External { name, .. } = chain.root else {
                continue;
            };
            let Some(applied) = chain.path.iter().find_map(|step| step.call()) else {
                continue;
            };
            let module = &tracer.project.modules[applied.module];
            let plugin = Plugin {
                name: name.to_owned(),
                place: module.place(applied.position),
            };
            plugins.push((plugin, applied.first().cloned()));
        }
    }
    plugins
}

/// Whether every plugin was read, and is of a package: one of the project's own making may add any endpoint, and its hooks any answer.
fn plugins_known<'a>(tracer: &Tracer<'_, 'a>, at: &At<'a>) -> bool {
    let objects = tracer.chains(at, &[], false);
    let plain = objects.iter().all(|chain| match &chain.root {
        Root::Value(value) => match value.expression.get_inner_expression() {
            Expression::ObjectExpression(object) => object
                .properties
                .iter()
                .all(|property| matches!(property, ObjectPropertyKind::ObjectProperty(_))),
            _ => false,
        },
        _ => false,
    });
    let lists = tracer.chains(at, &["plugins"], false);
    let whole = lists.iter().all(|chain| match &chain.root {
        Root::Value(value) => match value.expression.get_inner_expression() {
            Expression::ArrayExpression(list) => list
                .elements
                .iter()
                .all(|one| one.as_expression().is_some()),
            _ => false,
        },
        _ => false,
    });
    let named = |element: &At<'a>| {
        let chains = tracer.chains(element, &[], false);
        !chains.is_empty()
            && chains.iter().all(|chain| {
                chain.package("better-auth").is_some() || chain.package("@better-auth").is_some()
            })
    };
    let hooked = !tracer.chains(at, &["hooks"], false).is_empty();
    plain
        && !hooked
        && lists.len() <= 1
        && whole
        && elements(tracer, at, &["plugins"]).iter().all(named)
}

/// The entries of `trustedOrigins`, unless a function makes others of them.
fn trusted_origins<'a>(tracer: &Tracer<'_, 'a>, at: &At<'a>) -> Vec<Text> {
    const OPTION: &[&str] = &["trustedOrigins"];
    let mut chains = tracer.chains(at, OPTION, false).into_iter();
    if chains.any(|chain| chain.names().any(|name| matches!(name, "map" | "flatMap"))) {
        return Vec::new();
    }
    let entries = elements(tracer, at, OPTION);
    let texts = entries.iter().filter_map(|one| text(tracer, one, &[]));
    texts.collect()
}

/// The elements of the arrays that a member stands for.
fn elements<'a>(tracer: &Tracer<'_, 'a>, at: &At<'a>, names: &[&'a str]) -> Vec<At<'a>> {
    let mut elements = Vec::new();
    for chain in tracer.chains(at, names, false) {
        collect_elements(tracer, &chain, 4, &mut elements);
    }
    elements
}

fn collect_elements<'a>(
    tracer: &Tracer<'_, 'a>,
    chain: &Chain<'a>,
    depth: usize,
    elements: &mut Vec<At<'a>>,
) {
    let (Root::Value(array), Some(depth)) = (&chain.root, depth.checked_sub(1)) else {
        return;
    };
    let Expression::ArrayExpression(list) = array.expression.get_inner_expression() else {
        return;
    };
    for element in &list.elements {
        let sub = |expression| At {
            expression,
            module: array.module,
            env: array.env.clone(),
        };
        if let oxc_ast::ast::ArrayExpressionElement::SpreadElement(spread) = element {
            for chain in tracer.chains(&sub(&spread.argument), &[], false) {
                collect_elements(tracer, &chain, depth, elements);
            }
        } else if let Some(expression) = element.as_expression() {
            elements.push(sub(expression));
        }
    }
}

fn jwt_options<'a>(tracer: &Tracer<'_, 'a>, plugin: &Plugin, at: Option<&At<'a>>) -> JwtOptions {
    let member = |names: &[&'static str]| at.and_then(|at| text(tracer, at, names));
    let algorithm = match member(&["jwks", "keyPairConfig", "alg"]) {
        Some(text) if !text.value.contains("{}") => Evidence::known(text.value, text.place),
        Some(text) => Evidence::unknown("the algorithm is not a literal", text.place),
        None => Evidence::known("EdDSA".to_owned(), plugin.place.clone()),
    };
    let (payload, payload_open) = at.map_or((None, false), |at| payload(tracer, at));
    JwtOptions {
        algorithm,
        issuer: member(&["jwt", "issuer"]),
        audience: member(&["jwt", "audience"]),
        expiration: member(&["jwt", "expirationTime"]),
        payload,
        payload_open,
        jwks_path: member(&["jwks", "jwksPath"]),
        sets_header: !at
            .and_then(|at| enabled(tracer, at, &["disableSettingJwtHeader"]))
            .is_some_and(|(disabled, _)| disabled),
        options: at.map_or_else(Vec::new, |at| all_written(tracer, at)),
        place: plugin.place.clone(),
    }
}

/// The claims that `definePayload` returns, and whether there may be others.
fn payload<'a>(tracer: &Tracer<'_, 'a>, at: &At<'a>) -> (Option<Vec<String>>, bool) {
    let chains = tracer.chains(at, &["jwt", "definePayload"], false);
    let mut claims: Option<Vec<String>> = None;
    let mut open = false;
    for chain in chains {
        let Root::Function(function, _) = chain.root else {
            open = true;
            continue;
        };
        let claims = claims.get_or_insert_default();
        let returns = &tracer.project.modules[function.module].functions[function.function].returns;
        open |= returns.is_empty();
        for value in returns {
            let objects = tracer.chains(&At::new(value, function.module), &[], false);
            open |= objects.is_empty();
            for chain in objects {
                let Root::Value(object) = &chain.root else {
                    open = true;
                    continue;
                };
                let Expression::ObjectExpression(object) = object.expression.get_inner_expression()
                else {
                    open = true;
                    continue;
                };
                for property in &object.properties {
                    let name = match property {
                        ObjectPropertyKind::ObjectProperty(property) => key_name(&property.key),
                        ObjectPropertyKind::SpreadProperty(_) => None,
                    };
                    open |= name.is_none();
                    claims.extend(name.map(str::to_owned));
                }
            }
        }
    }
    (claims, open)
}

/// A text member, with where it stands.
pub(crate) fn text<'a>(tracer: &Tracer<'_, 'a>, at: &At<'a>, names: &[&'a str]) -> Option<Text> {
    let chains = tracer.chains(at, names, false);
    let chain = chains.first()?;
    let words = tracer.member_words(at, names)?;
    // Of several texts, which one it is shows only when the program runs.
    let alone = chains.len() == 1;
    Some(Text {
        value: words.shown(),
        alone,
        environment: words.environment().map(str::to_owned),
        place: tracer.project.modules[chain.module].place(chain.position),
    })
}

/// A number of seconds, written out or as a product: `60 * 60`.
fn seconds<'a>(
    tracer: &Tracer<'_, 'a>,
    at: &At<'a>,
    names: &[&'a str],
) -> Option<(u64, betroth_report::Place)> {
    tracer
        .chains(at, names, false)
        .into_iter()
        .find_map(|chain| match &chain.root {
            Root::Value(value) if chain.path.is_empty() => Some((
                product(value.expression)?,
                tracer.project.modules[chain.module].place(chain.position),
            )),
            _ => None,
        })
}

fn product(expression: &Expression<'_>) -> Option<u64> {
    match expression.get_inner_expression() {
        Expression::NumericLiteral(number) => number.raw.as_ref()?.replace('_', "").parse().ok(),
        Expression::BinaryExpression(binary)
            if binary.operator == BinaryOperator::Multiplication =>
        {
            product(&binary.left)?.checked_mul(product(&binary.right)?)
        }
        _ => None,
    }
}

fn enabled<'a>(
    tracer: &Tracer<'_, 'a>,
    at: &At<'a>,
    names: &[&'a str],
) -> Option<(bool, betroth_report::Place)> {
    tracer
        .chains(at, names, false)
        .into_iter()
        .find_map(|chain| match &chain.root {
            Root::Value(value) => match value.expression.get_inner_expression() {
                Expression::BooleanLiteral(flag) => Some((
                    flag.value,
                    tracer.project.modules[chain.module].place(chain.position),
                )),
                _ => None,
            },
            _ => None,
        })
}

/// The names of the options that an object writes.
fn written(
    tracer: &Tracer<'_, '_>,
    at: &At<'_>,
    prefix: &str,
    depth: usize,
    options: &mut Vec<WrittenOption>,
) {
    let (Expression::ObjectExpression(object), Some(depth)) =
        (at.expression.get_inner_expression(), depth.checked_sub(1))
    else {
        return;
    };
    for property in &object.properties {
        if let ObjectPropertyKind::ObjectProperty(property) = property
            && let Some(name) = key_name(&property.key)
        {
            let name = if prefix.is_empty() {
                name.to_owned()
            } else {
                format!("{prefix}.{name}")
            };
            let value = At {
                expression: &property.value,
                module: at.module,
                env: at.env.clone(),
            };
            options.push(WrittenOption {
                name: name.clone(),
                switched: match property.value.get_inner_expression() {
                    Expression::BooleanLiteral(flag) => Some(flag.value),
                    _ => None,
                },
                place: tracer.project.modules[at.module].place(property.span.start),
            });
            written(tracer, &value, &name, depth, options);
        }
    }
}
