//! The verdict for one pair.

use betroth_report::Place;

use crate::accept::{Answer, accepts, known, signed_algorithms};
use crate::{
    Agreement, Answers, Difference, IssuerFact, IssuerKind, IssuerSummary, Observed, Sent, Topic,
    Verdict, Verifier, VerifierKind, VerifierSummary,
};

/// Holds the two sides of a pair against each other.
///
/// The verdict speaks of what most calls carry and of what guards most of the routes that they reach. What could
/// not be told leaves it `Unknown`, never `Accepted`.
pub fn compare(observed: &Observed) -> Agreement {
    let sent = main_sent(&observed.sent);
    let issuer = sent.and_then(|sent| maker(sent, &observed.issuers));
    let verifiers = main_verifiers(&observed.verifiers);
    let judgement = unguarded(&observed.answers)
        .unwrap_or_else(|| judge(sent, issuer, &verifiers, &observed.defaults));
    let judgement = narrowed(sent, observed, judgement);
    let Judgement {
        verdict,
        because,
        differences,
        by,
    } = match sent {
        Some(sent) if judgement.verdict == Verdict::Refused => {
            otherwise_accepted(sent, observed, &verifiers).unwrap_or(judgement)
        }
        Some(sent) if judgement.verdict == Verdict::Accepted => {
            otherwise_refused(sent, observed, &verifiers).unwrap_or(judgement)
        }
        _ => judgement,
    };
    Agreement {
        web_root: observed.web_root.clone(),
        api_root: observed.api_root.clone(),
        verdict,
        because,
        issuer: issuer_summary(sent, issuer),
        verifier: verifier_summary(by, &verifiers, &observed.answers),
        differences,
        calls: observed.sent.iter().map(|sent| sent.calls).sum(),
    }
}

/// A verdict with its reasons.
struct Judgement<'a> {
    verdict: Verdict,
    because: String,
    differences: Vec<Difference>,
    /// The verifier that decided, where one did.
    by: Option<&'a Verifier>,
}

impl Judgement<'_> {
    fn undecided(verdict: Verdict, because: impl Into<String>) -> Self {
        Self {
            verdict,
            because: because.into(),
            differences: Vec::new(),
            by: None,
        }
    }
}

/// The verdict where no credential is verified, whatever is sent.
fn unguarded<'a>(answers: &Answers) -> Option<Judgement<'a>> {
    let verified = answers.required + answers.optional;
    let loose = answers.open + answers.forgeable;
    let (verdict, because) = if answers.total() == 0 {
        (Verdict::Unknown, "the API has no route that could be read")
    } else if answers.forgeable > verified {
        (
            Verdict::Unchecked,
            "the API believes an identity that the caller writes",
        )
    } else if verified > 0 {
        return None;
    } else if loose > answers.unknown {
        (
            Verdict::Unchecked,
            "no route that the front end calls verifies a credential",
        )
    } else {
        (
            Verdict::Unknown,
            "whether the routes of the API verify a credential could not be told",
        )
    };
    Some(Judgement::undecided(verdict, because))
}

fn judge<'a>(
    sent: Option<&Sent>,
    issuer: Option<&IssuerFact>,
    verifiers: &[&'a Verifier],
    defaults: &[(Place, u64)],
) -> Judgement<'a> {
    let Some(sent) = sent else {
        return Judgement::undecided(
            Verdict::Unknown,
            "no call of the front end to a guarded route of the API was found",
        );
    };
    let mut refusals = Vec::new();
    let mut untold = None;
    for verifier in verifiers {
        match accepts(sent, issuer, verifier, defaults) {
            Answer::Yes(because) => {
                return Judgement {
                    verdict: Verdict::Accepted,
                    because,
                    differences: Vec::new(),
                    by: Some(verifier),
                };
            }
            Answer::No(difference) => refusals.push((*difference, *verifier)),
            Answer::Untold(why) => untold = untold.or(Some(why)),
        }
    }
    match (untold, refusals.first()) {
        (Some(why), _) => Judgement::undecided(Verdict::Unknown, why),
        (None, None) => Judgement::undecided(
            Verdict::Unknown,
            "the API asks for a credential, but how it verifies it could not be told",
        ),
        (None, Some((first, verifier))) => Judgement {
            verdict: Verdict::Refused,
            because: first.message.clone(),
            by: Some(verifier),
            differences: refusals
                .into_iter()
                .map(|(difference, _)| difference)
                .collect(),
        },
    }
}

/// A token that passes, of whose claims the API then makes what they are not.
fn narrowed<'a>(
    sent: Option<&Sent>,
    observed: &Observed,
    judgement: Judgement<'a>,
) -> Judgement<'a> {
    let carries_id = matches!(
        sent.map(|sent| sent.issuer),
        Some(IssuerKind::BetterAuthJwt | IssuerKind::HandSignedJwt)
    );
    let Some(narrowed) = observed
        .narrowed
        .as_ref()
        .filter(|_| carries_id && judgement.verdict == Verdict::Accepted)
    else {
        return judgement;
    };
    let message = format!(
        "the API makes {} `{}` of the claim `{}`; the 32 letters and digits that Better Auth writes there are none",
        if narrowed.to.starts_with('i') {
            "an"
        } else {
            "a"
        },
        narrowed.to,
        narrowed.claim
    );
    Judgement {
        verdict: Verdict::Refused,
        because: message.clone(),
        differences: vec![Difference {
            topic: Topic::Claim,
            message,
            web: (
                narrowed.made.clone(),
                "gives users ids of its own form".to_owned(),
            ),
            api: (
                narrowed.at.clone(),
                "fails for every user's token".to_owned(),
            ),
            cure: format!(
                "keep the id as text in the API, in the columns that hold it too; or let Better Auth make ids of that form: `advanced: {{ database: {{ {} }} }}`",
                if narrowed.to == "UUID" {
                    "generateId: \"uuid\""
                } else {
                    "generateId: \"serial\""
                }
            ),
        }],
        by: judgement.by,
    }
}

/// Where the same calls may carry something else that the API takes, neither is the verdict.
fn otherwise_accepted<'a>(
    sent: &Sent,
    observed: &Observed,
    verifiers: &[&'a Verifier],
) -> Option<Judgement<'a>> {
    let told = |other: &Sent| !matches!(other.issuer, IssuerKind::None | IssuerKind::Unknown);
    let mut others = otherwise(sent, observed, verifiers).filter(|(other, _)| told(other));
    let (other, _) = others.find(|(_, judgement)| judgement.verdict == Verdict::Accepted)?;
    Some(Judgement::undecided(
        Verdict::Unknown,
        format!(
            "the front end sends {} or {}, by a condition that could not be told; the API accepts the latter alone",
            sent.issuer.phrase(),
            other.issuer.phrase()
        ),
    ))
}

/// Where the same calls may carry what one issuer gives in another form too, and the API refuses that, neither is the verdict:
/// one place that fills the entry was mended, and another was not.
fn otherwise_refused<'a>(
    sent: &Sent,
    observed: &Observed,
    verifiers: &[&'a Verifier],
) -> Option<Judgement<'a>> {
    let mut others = otherwise(sent, observed, verifiers)
        .filter(|(other, _)| other.issuer == sent.issuer && other.credential != sent.credential);
    let (_, refused) = others.find(|(_, judgement)| judgement.verdict == Verdict::Refused)?;
    Some(Judgement::undecided(
        Verdict::Unknown,
        format!(
            "the front end fills what it sends at several places, and not alike: {}",
            refused.because
        ),
    ))
}

/// What else the same calls may carry, each with its own judgement.
fn otherwise<'s, 'a>(
    sent: &'s Sent,
    observed: &'s Observed,
    verifiers: &'s [&'a Verifier],
) -> impl Iterator<Item = (Sent, Judgement<'a>)> + use<'s, 'a> {
    sent.others.iter().map(move |(issuer, credential)| {
        let other = Sent {
            issuer: *issuer,
            credential: *credential,
            others: Vec::new(),
            ..sent.clone()
        };
        let maker = maker(&other, &observed.issuers);
        let judgement = judge(Some(&other), maker, verifiers, &observed.defaults);
        (other, judgement)
    })
}

/// What most calls carry. Calls that carry nothing decide only where no call carries anything: beside others they are
/// calls that were forgotten, or that need none.
fn main_sent(sent: &[Sent]) -> Option<&Sent> {
    let rank = |sent: &Sent| match sent.issuer {
        IssuerKind::None => 0,
        _ => 1,
    };
    sent.iter()
        .rev()
        .max_by_key(|sent| (rank(sent), sent.calls, sent.issuer != IssuerKind::Unknown))
}

/// The place that makes what is sent: one that the program reaches, if there is a choice.
fn maker<'a>(sent: &Sent, issuers: &'a [IssuerFact]) -> Option<&'a IssuerFact> {
    let mut made = issuers.iter().filter(|fact| fact.kind == sent.issuer);
    let all: Vec<_> = made.by_ref().collect();
    all.iter()
        .find(|fact| fact.reached && fact.place.file == sent.place.file)
        .or_else(|| all.iter().find(|fact| fact.reached))
        .or(all.first())
        .copied()
}

/// What guards most routes, and what guards nearly as many: the alternatives of one function guard the same ones.
fn main_verifiers(verifiers: &[Verifier]) -> Vec<&Verifier> {
    let counts = |verifier: &&Verifier| {
        verifier.fact.routes > 0
            && !matches!(
                verifier.fact.kind,
                VerifierKind::None | VerifierKind::Unverified
            )
    };
    let most = verifiers
        .iter()
        .filter(counts)
        .map(|verifier| verifier.fact.routes)
        .max()
        .unwrap_or(0);
    let mut main: Vec<_> = verifiers
        .iter()
        .filter(counts)
        .filter(|verifier| verifier.fact.routes * 2 >= most)
        .collect();
    main.sort_by_key(|verifier| {
        (
            std::cmp::Reverse(verifier.fact.routes),
            &verifier.fact.place,
        )
    });
    main
}

fn issuer_summary(sent: Option<&Sent>, issuer: Option<&IssuerFact>) -> IssuerSummary {
    let Some(sent) = sent else {
        return IssuerSummary {
            kind: IssuerKind::Unknown,
            algorithms: Vec::new(),
            places: Vec::new(),
            certain: false,
        };
    };
    let mut places: Vec<Place> = issuer.map(|fact| fact.place.clone()).into_iter().collect();
    if !places.contains(&sent.place) {
        places.push(sent.place.clone());
    }
    IssuerSummary {
        kind: sent.issuer,
        algorithms: signed_algorithms(sent, issuer),
        places,
        certain: sent.certain,
    }
}

fn verifier_summary(
    by: Option<&Verifier>,
    verifiers: &[&Verifier],
    answers: &Answers,
) -> VerifierSummary {
    let verified = answers.required + answers.optional;
    let first = by.or(verifiers.first().copied());
    let Some(first) = first.filter(|_| verified > 0) else {
        let kind = if verified + answers.unknown > 0 || answers.total() == 0 {
            VerifierKind::Unknown
        } else if answers.forgeable > 0 {
            VerifierKind::Unverified
        } else {
            VerifierKind::None
        };
        return VerifierSummary {
            kind,
            algorithms: Vec::new(),
            checks_issuer: false,
            checks_audience: false,
            requires_expiry: false,
            places: answers.at.iter().cloned().collect(),
        };
    };
    let same: Vec<_> = verifiers
        .iter()
        .filter(|verifier| verifier.fact.kind == first.fact.kind)
        .collect();
    VerifierSummary {
        kind: first.fact.kind,
        algorithms: known(&first.fact.algorithms),
        checks_issuer: same.iter().all(|verifier| verifier.fact.checks_issuer),
        checks_audience: same.iter().all(|verifier| verifier.fact.checks_audience),
        requires_expiry: same.iter().all(|verifier| verifier.fact.requires_expiry),
        places: same
            .iter()
            .map(|verifier| verifier.fact.place.clone())
            .collect(),
    }
}
