//! Who makes the credential that most calls to the API carry.

use betroth_agreement::{CredentialKind, Evidence, IssuerKind};
use betroth_report::Place;

use crate::{Base, Call, Callee, IssuerSummary, Web};

/// Kinds in the order in which they win a draw.
const KINDS: [IssuerKind; 5] = [
    IssuerKind::BetterAuthJwt,
    IssuerKind::HandSignedJwt,
    IssuerKind::SessionToken,
    IssuerKind::ApiIssued,
    IssuerKind::SessionCookie,
];

impl Web {
    /// Who makes the credential that most calls to the API carry.
    pub fn issuer(&self) -> IssuerSummary {
        self.summary(|_| true)
    }

    /// Each base address with its own answer, the one that most calls reach first.
    pub fn issuers(&self) -> Vec<(Base, IssuerSummary)> {
        let mut bases: Vec<Base> = self.to_api().map(|call| call.base.clone()).collect();
        bases.sort();
        bases.dedup();
        let mut summaries: Vec<(Base, IssuerSummary)> = bases
            .into_iter()
            .map(|base| {
                let summary = self.summary(|call| call.base == base);
                (base, summary)
            })
            .collect();
        summaries.sort_by_key(|(_, summary)| std::cmp::Reverse(summary.calls.1));
        summaries
    }

    fn to_api(&self) -> impl Iterator<Item = &Call> {
        self.calls.iter().filter(|call| call.callee == Callee::Api)
    }

    fn summary(&self, wanted: impl Fn(&Call) -> bool) -> IssuerSummary {
        let all: Vec<&Call> = self.to_api().filter(|call| wanted(call)).collect();
        let reached: Vec<&Call> = all.iter().copied().filter(|call| call.reached).collect();
        let calls = if reached.is_empty() { all } else { reached };
        let count = |kind: IssuerKind| {
            calls
                .iter()
                .filter(|call| carries(call) && call.origin.issuer == kind)
                .count()
        };
        let (mut kind, mut most) = (IssuerKind::None, 0);
        for candidate in KINDS {
            let number = count(candidate);
            if number > most {
                (kind, most) = (candidate, number);
            }
        }
        let named = calls
            .iter()
            .filter(|call| call.credential == CredentialKind::IdentityHeader)
            .count();
        if most == 0 {
            kind = if count(IssuerKind::Unknown) > 0 {
                IssuerKind::Unknown
            } else {
                IssuerKind::None
            };
            most = count(kind);
        }
        if named > most && kind != IssuerKind::Unknown && kind == IssuerKind::SessionCookie {
            (kind, most) = (IssuerKind::None, named);
        }
        let mut because = match calls
            .iter()
            .find(|call| carries(call) && call.origin.issuer == kind)
        {
            Some(call) => format!(
                "{most} of {} calls to the api carry {}",
                calls.len(),
                call.origin.why
            ),
            None if calls.is_empty() => "no call to an api is found".to_owned(),
            None => format!(
                "none of {} calls to the api carries a credential",
                calls.len()
            ),
        };
        if calls.is_empty() {
            kind = IssuerKind::Unknown;
        }
        if named > 0 && kind == IssuerKind::None {
            because = format!(
                "{named} of {} calls to the api name a person in a header that anyone can write",
                calls.len()
            );
        }
        let mut places: Vec<Place> = calls
            .iter()
            .filter(|call| call.origin.issuer == kind)
            .filter_map(|call| call.origin.place.clone())
            .collect();
        let (algorithms, made) = self.made_by(kind);
        places.extend(made);
        places.sort();
        places.dedup();
        IssuerSummary {
            kind,
            algorithms,
            places,
            calls: (most, calls.len()),
            because,
        }
    }

    /// The algorithms with which a kind of issuer signs, and where it does.
    fn made_by(&self, kind: IssuerKind) -> (Vec<Evidence<String>>, Vec<Place>) {
        match kind {
            IssuerKind::BetterAuthJwt => {
                let options = self.auth.iter().filter_map(|server| server.jwt.as_ref());
                options
                    .map(|jwt| (jwt.algorithm.clone(), jwt.place.clone()))
                    .unzip()
            }
            IssuerKind::HandSignedJwt => {
                let facts = self.issuers.iter().filter(|fact| fact.kind == kind);
                let any_reached = facts.clone().any(|fact| fact.reached);
                let facts: Vec<_> = facts.filter(|fact| fact.reached || !any_reached).collect();
                let algorithms = facts
                    .iter()
                    .flat_map(|fact| fact.algorithms.clone())
                    .collect();
                (
                    algorithms,
                    facts.iter().map(|fact| fact.place.clone()).collect(),
                )
            }
            _ => (Vec::new(), Vec::new()),
        }
    }
}

fn carries(call: &Call) -> bool {
    call.credential != CredentialKind::None
}
