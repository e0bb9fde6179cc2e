//! Tokens that the tree signs itself.

use betroth_agreement::{Evidence, IssuerFact, IssuerKind, Names};

use crate::{
    EphemeralKey, Text,
    auth::text,
    key::key_source,
    module::ModuleId,
    project::CallRef,
    value::{At, Chain, Root, Tracer},
};

/// Functions that sign a JWT: package, function, position of the key, of the algorithm or of the options that hold it.
const SIGNERS: [(&str, &str); 7] = [
    ("jsonwebtoken", "sign"),
    ("jwt-simple", "encode"),
    ("hono/jwt", "sign"),
    ("hono/utils/jwt", "sign"),
    ("@tsndr/cloudflare-worker-jwt", "sign"),
    ("@hapi/jwt", "generate"),
    ("better-auth/crypto", "signJWT"),
];

/// Whether a chain is the result of signing a JWT by hand.
pub(crate) fn is_hand_signed(chain: &Chain<'_>) -> bool {
    let Root::External { specifier, name } = chain.root else {
        return false;
    };
    if specifier == "jose" || specifier.starts_with("jose/") {
        return name == "SignJWT" || chain.names().any(|step| step == "SignJWT");
    }
    SIGNERS.iter().any(|(package, function)| {
        specifier == *package && (name == *function || chain.names().next() == Some(function))
    })
}

/// Every place that signs a JWT by hand, with its module.
pub(crate) fn signers(tracer: &Tracer<'_, '_>, reached: &[bool]) -> Vec<(ModuleId, IssuerFact)> {
    let mut calls: Vec<CallRef> = ["SignJWT", "sign", "encode", "generate", "signJWT"]
        .into_iter()
        .flat_map(|name| tracer.project.names_of(name).to_vec())
        .flat_map(|name| tracer.project.calls_named(name))
        .copied()
        .collect();
    calls.sort_by_key(|call| (call.module, call.call));
    calls.dedup();
    calls
        .into_iter()
        .filter_map(|call| {
            let record = &tracer.project.modules[call.module].calls[call.call];
            let callee = At::new(record.callee, call.module);
            let chains = tracer.chains(&callee, &[], false);
            let signer = chains.iter().find(|chain| is_hand_signed(chain) && chain.path.iter().all(|step| step.name().is_some()))?;
            let jose = matches!(signer.root, Root::External { specifier, .. } if specifier.starts_with("jose"));
            Some((call.module, fact(tracer, call, jose, reached)))
        })
        .collect()
}

fn fact(tracer: &Tracer<'_, '_>, call: CallRef, jose: bool, reached: &[bool]) -> IssuerFact {
    let module = &tracer.project.modules[call.module];
    let record = &module.calls[call.call];
    let place = module.place(record.span.start);
    let argument =
        |call: &crate::module::Call<'_>, index: usize| call.arguments.get(index).is_some();
    let mut names = Names::default();
    let (algorithm, key) = if jose {
        let later = |name: &str| {
            module
                .calls
                .iter()
                .find(|one| {
                    one.name == name && one.span.start == record.span.start && argument(one, 0)
                })
                .or_else(|| {
                    module
                        .calls
                        .iter()
                        .find(|one| one.name == name && one.span.start >= record.span.start)
                })
                .and_then(|one| one.arguments.first()?.as_expression())
                .map(|expression| At::new(expression, call.module))
        };
        let set = |name: &str| name_of(later(name).and_then(|at| text(tracer, &at, &[])));
        names = Names {
            issuer: set("setIssuer"),
            audience: set("setAudience"),
            ..Names::default()
        };
        let algorithm = later("setProtectedHeader").and_then(|at| text(tracer, &at, &["alg"]));
        (
            algorithm,
            later("sign").and_then(|at| key_source(tracer, &at, &[])),
        )
    } else {
        let at = |index: usize| {
            record
                .arguments
                .get(index)
                .and_then(|one| one.as_expression())
                .map(|expression| At::new(expression, call.module))
        };
        let option = |name: &'static str| at(2).and_then(|at| text(tracer, &at, &[name]));
        names.issuer = name_of(option("issuer"));
        names.audience = name_of(option("audience"));
        let algorithm = option("algorithm");
        (algorithm, at(1).and_then(|at| key_source(tracer, &at, &[])))
    };
    let algorithm = match algorithm {
        Some(text) if !text.value.contains("{}") => Evidence::known(text.value, text.place),
        Some(text) => Evidence::unknown("the algorithm is not a literal", text.place),
        None if jose => Evidence::unknown("no `alg` is set on the spot", place.clone()),
        None => Evidence::known("HS256".to_owned(), place.clone()),
    };
    IssuerFact {
        kind: IssuerKind::HandSignedJwt,
        algorithms: vec![algorithm],
        key,
        names,
        place,
        reached: reached.get(call.module).copied().unwrap_or(true),
    }
}

/// A name as far as it is written out: what the environment holds is another on each machine.
pub(crate) fn name_of(text: Option<Text>) -> Option<Evidence<String>> {
    let text = text?;
    let told = text.alone && text.environment.is_none() && !text.value.contains("{}");
    Some(if told {
        Evidence::known(text.value, text.place)
    } else {
        Evidence::unknown("it is not written out", text.place)
    })
}

/// Functions that draw a key pair.
const DRAWS: [&str; 3] = ["generateKeyPair", "generateKeyPairSync", "generateKey"];
/// Words by which a module says that it keeps a key beyond the process.
const KEEPS: [&str; 7] = [
    "writeFile",
    "exportPKCS8",
    "exportKey",
    "prisma",
    "insert(",
    "save(",
    "createPrivateKey",
];

/// Keys that are drawn when the process starts, in modules that sign with them and keep them nowhere.
pub(crate) fn ephemeral_keys(
    tracer: &Tracer<'_, '_>,
    signed: &[(ModuleId, IssuerFact)],
    reached: &[bool],
) -> Vec<(ModuleId, EphemeralKey)> {
    let mut found = Vec::new();
    for call in DRAWS
        .iter()
        .flat_map(|name| tracer.project.calls_named(name))
    {
        let module = &tracer.project.modules[call.module];
        let Some((_, signer)) = signed.iter().find(|(id, _)| *id == call.module) else {
            continue;
        };
        if KEEPS.iter().any(|word| module.file.text.contains(word)) {
            continue;
        }
        found.push((
            call.module,
            EphemeralKey {
                place: module.place(module.calls[call.call].span.start),
                signs: signer.place.clone(),
                reached: reached.get(call.module).copied().unwrap_or(true),
            },
        ));
    }
    found
}
