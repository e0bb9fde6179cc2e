//! `[keys]`: what a signature is checked with.

use std::str::FromStr;

use serde_json::{Value, json};

use crate::error::{ContractError, ErrorKind, Fault};
use crate::form::{Form, read_text, table, unknown_word, words};
use crate::node::Node;
use crate::reader::Reader;
use crate::value::PublicKey;
use crate::{Entry, Secret, Setting};

words! {
    /// A signature algorithm whose public key only verifies (RFC 7518 §3, RFC 8037, RFC 9864).
    pub enum PublicAlgorithm {
        /// Ed25519 under its older name.
        EdDsa = "EdDSA",
        /// Ed25519 under its own name (RFC 9864).
        Ed25519 = "Ed25519",
        /// ECDSA on P-256 with SHA-256.
        Es256 = "ES256",
        /// ECDSA on P-384 with SHA-384.
        Es384 = "ES384",
        /// ECDSA on P-521 with SHA-512.
        Es512 = "ES512",
        /// RSASSA-PSS with SHA-256.
        Ps256 = "PS256",
        /// RSASSA-PSS with SHA-384.
        Ps384 = "PS384",
        /// RSASSA-PSS with SHA-512.
        Ps512 = "PS512",
        /// RSASSA-PKCS1-v1_5 with SHA-256.
        Rs256 = "RS256",
        /// RSASSA-PKCS1-v1_5 with SHA-384.
        Rs384 = "RS384",
        /// RSASSA-PKCS1-v1_5 with SHA-512.
        Rs512 = "RS512",
    }
}

words! {
    /// A signature algorithm whose key both signs and verifies (RFC 7518 §3.2).
    pub enum SecretAlgorithm {
        /// HMAC with SHA-256.
        Hs256 = "HS256",
        /// HMAC with SHA-384.
        Hs384 = "HS384",
        /// HMAC with SHA-512.
        Hs512 = "HS512",
    }
}

words! {
    /// Which credential a verifier holds.
    pub enum KeyForm {
        /// The issuer's published key set.
        Jwks = "jwks",
        /// One public key.
        PublicKey = "public-key",
        /// A secret: every holder can also mint.
        SharedSecret = "shared-secret",
    }
}

/// A signature algorithm. There is no `none`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Algorithm {
    /// With a key pair.
    Public(PublicAlgorithm),
    /// With a shared secret.
    Secret(SecretAlgorithm),
}

impl Algorithm {
    /// Its name as in the token's header.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Public(algorithm) => algorithm.as_str(),
            Self::Secret(algorithm) => algorithm.as_str(),
        }
    }

    fn public(self) -> Option<PublicAlgorithm> {
        match self {
            Self::Public(algorithm) => Some(algorithm),
            Self::Secret(_) => None,
        }
    }

    fn secret(self) -> Option<SecretAlgorithm> {
        match self {
            Self::Public(_) => None,
            Self::Secret(algorithm) => Some(algorithm),
        }
    }
}

impl FromStr for Algorithm {
    type Err = Fault;

    fn from_str(text: &str) -> Result<Self, Fault> {
        if text.eq_ignore_ascii_case("none") {
            return Err(Fault::new(
                "names `none`, which is no signature",
                "anyone can write a token for anyone (RFC 8725 §3.2)",
                "write the algorithm that the issuer signs with, as in `EdDSA`",
            ));
        }
        let public = text.parse().map(Self::Public);
        public
            .or_else(|_| text.parse().map(Self::Secret))
            .map_err(|_: Fault| {
                let public = PublicAlgorithm::ALL
                    .iter()
                    .map(|algorithm| algorithm.as_str());
                let secret = SecretAlgorithm::ALL
                    .iter()
                    .map(|algorithm| algorithm.as_str());
                unknown_word(text, &public.chain(secret).collect::<Vec<_>>())
            })
    }
}

impl Form for Algorithm {
    fn read(node: &Node, reader: &mut Reader) -> Option<Self> {
        read_text(node, reader)
    }

    fn example() -> String {
        PublicAlgorithm::example()
    }

    fn schema() -> Value {
        json!({ "anyOf": [PublicAlgorithm::schema(), SecretAlgorithm::schema()] })
    }
}

/// What a signature is checked with, and by which algorithms. One form alone, with the algorithms of that form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Keys {
    /// The issuer's published key set.
    Jwks {
        /// At least one.
        algorithms: Entry<Vec<PublicAlgorithm>>,
    },
    /// One public key.
    PublicKey {
        /// At least one.
        algorithms: Entry<Vec<PublicAlgorithm>>,
        /// The key.
        public_key: Entry<Setting<PublicKey>>,
    },
    /// A secret that both sides hold: each can also mint.
    SharedSecret {
        /// At least one.
        algorithms: Entry<Vec<SecretAlgorithm>>,
        /// The secret.
        secret: Entry<Secret>,
    },
}

impl Keys {
    /// Which form it is.
    pub fn form(&self) -> KeyForm {
        match self {
            Self::Jwks { .. } => KeyForm::Jwks,
            Self::PublicKey { .. } => KeyForm::PublicKey,
            Self::SharedSecret { .. } => KeyForm::SharedSecret,
        }
    }

    /// The accepted algorithms; at least one.
    pub fn algorithms(&self) -> Vec<Algorithm> {
        match self {
            Self::Jwks { algorithms } | Self::PublicKey { algorithms, .. } => {
                algorithms.iter().copied().map(Algorithm::Public).collect()
            }
            Self::SharedSecret { algorithms, .. } => {
                algorithms.iter().copied().map(Algorithm::Secret).collect()
            }
        }
    }
}

table! {
    /// What a signature is checked with.
    struct Written {
        /// Which credential a verifier holds.
        form: KeyForm = "jwks",
        /// The accepted algorithms. By default `EdDSA`; with a shared secret `HS256`.
        algorithms: Option<Vec<Algorithm>>,
        /// With `shared-secret` alone. Every holder can also mint; `BETTER_AUTH_SECRET` mints session cookies too.
        secret: Secret = { env = "JWT_SECRET" },
        /// With `public-key` alone.
        public_key: Setting<PublicKey> = { env = "BETTER_AUTH_PUBLIC_KEY" },
    }
}

impl Written {
    /// Tells where a key is written that this form does not read.
    fn refuse_unread(&self, reader: &mut Reader) -> Option<()> {
        let form = *self.form;
        let keys = [
            (KeyForm::SharedSecret, self.secret.key(), self.secret.span()),
            (
                KeyForm::PublicKey,
                self.public_key.key(),
                self.public_key.span(),
            ),
        ];
        let mut unread = keys
            .into_iter()
            .filter(|(reads, _, span)| *reads != form && span.is_some())
            .peekable();
        unread.peek().is_none().then_some(()).or_else(|| {
            for (reads, key, span) in unread {
                let fault = Fault::new(
                    format!("is not read where `keys.form` is `{form}`"),
                    "who reads the contract would take it for what tokens are checked with",
                    format!("remove it, or write `form = \"{reads}\"`"),
                );
                let error = ContractError::new(ErrorKind::Contradiction, key, span, fault);
                reader.push(error.related(self.form.span(), "the form"));
            }
            None
        })
    }

    /// The algorithms as those of the form; `default` where none are written.
    fn algorithms<T: Copy>(
        &self,
        of_form: impl Fn(Algorithm) -> Option<T>,
        default: T,
        reader: &mut Reader,
    ) -> Option<Entry<Vec<T>>> {
        let Some(written) = &*self.algorithms else {
            return Some(self.algorithms.clone().map(|_| vec![default]));
        };
        let fault = match written
            .iter()
            .find(|&&algorithm| of_form(algorithm).is_none())
        {
            Some(foreign) => Fault::new(
                format!(
                    "names `{}`, which `keys.form = \"{}\"` cannot check",
                    foreign.as_str(),
                    *self.form
                ),
                "a public key taken for an HMAC secret lets anyone sign (RFC 8725 §2.1)",
                match foreign {
                    Algorithm::Public(_) => "write `algorithms = [\"HS256\"]`, or another form",
                    Algorithm::Secret(_) => {
                        "write `algorithms = [\"EdDSA\"]`, or `form = \"shared-secret\"`"
                    }
                },
            ),
            None if written.is_empty() => Fault::new(
                "names no algorithm",
                "every token would be refused",
                "write `algorithms = [\"EdDSA\"]`",
            ),
            None => {
                let own = written.iter().copied().filter_map(of_form).collect();
                return Some(self.algorithms.clone().map(|_| own));
            }
        };
        let (key, span) = (self.algorithms.key(), self.algorithms.span());
        let error = ContractError::new(ErrorKind::Contradiction, key, span, fault);
        reader.push(error.related(self.form.span(), "the form"));
        None
    }
}

impl Form for Keys {
    fn read(node: &Node, reader: &mut Reader) -> Option<Self> {
        let keys = Written::read(node, reader)?;
        let unread = keys.refuse_unread(reader);
        let read = match *keys.form {
            KeyForm::Jwks => Self::Jwks {
                algorithms: keys.algorithms(Algorithm::public, PublicAlgorithm::EdDsa, reader)?,
            },
            KeyForm::PublicKey => Self::PublicKey {
                algorithms: keys.algorithms(Algorithm::public, PublicAlgorithm::EdDsa, reader)?,
                public_key: keys.public_key,
            },
            KeyForm::SharedSecret => Self::SharedSecret {
                algorithms: keys.algorithms(Algorithm::secret, SecretAlgorithm::Hs256, reader)?,
                secret: keys.secret,
            },
        };
        unread.map(|()| read)
    }

    fn example() -> String {
        Written::example()
    }

    fn schema() -> Value {
        Written::schema()
    }
}
