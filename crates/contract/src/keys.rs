//! `[keys]`: what a signature is checked with.

use serde_json::Value;

use crate::error::{ContractError, ErrorKind, Fault};
use crate::form::{Form, Layout, table, words};
use crate::node::Node;
use crate::reader::Reader;
use crate::value::PublicKey;
use crate::{Algorithm, Entry, PublicAlgorithm, Secret, SecretAlgorithm, Setting};

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
        algorithms: Option<Vec<Entry<Algorithm>>>,
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
        let (secret, public_key) = (&self.secret, &self.public_key);
        let keys = [
            (KeyForm::SharedSecret, secret.key(), secret.span()),
            (KeyForm::PublicKey, public_key.key(), public_key.span()),
        ];
        let mut good = Some(());
        for (reads, key, span) in keys {
            if reads != form && span.is_some() {
                let fault = Fault::new(
                    format!("is not read where `keys.form` is `{form}`"),
                    "who reads the contract would take it for what tokens are checked with",
                    format!("remove it, or write `form = \"{reads}\"`"),
                );
                let error = ContractError::new(ErrorKind::Contradiction, key, span, fault);
                reader.push(error.related(self.form.span(), "the form"));
                good = None;
            }
        }
        good
    }

    /// The algorithms as those of the form; `default` where none are written.
    fn algorithms<T>(
        &self,
        of_form: impl Fn(Algorithm) -> Option<T>,
        default: T,
        reader: &mut Reader,
    ) -> Option<Entry<Vec<T>>> {
        let entry = &self.algorithms;
        let (key, span) = (entry.key(), entry.span());
        let Some(written) = &**entry else {
            return Some(entry.with(vec![default]));
        };
        if written.is_empty() {
            let why = "every token would be refused";
            let help = "write the algorithm that the issuer signs with, as in `EdDSA`";
            let fault = Fault::new("names no algorithm", why, help);
            reader.push(ContractError::new(
                ErrorKind::InvalidValue,
                key,
                span,
                fault,
            ));
            return None;
        }
        let own: Option<Vec<T>> = written.iter().map(|name| of_form(**name)).collect();
        for foreign in written.iter().filter(|name| of_form(***name).is_none()) {
            let (name, form) = (foreign.as_str(), *self.form);
            let help = match **foreign {
                Algorithm::Public(_) => "write `algorithms = [\"HS256\"]`, or another `form`",
                Algorithm::Secret(_) => "leave it out, or write `form = \"shared-secret\"`",
            };
            let fault = Fault::new(
                format!("names `{name}`, which no key of the form `{form}` checks"),
                "a public key taken for an HMAC secret lets anyone sign (RFC 8725 §2.1)",
                help,
            );
            let error = ContractError::new(ErrorKind::Contradiction, key, foreign.span(), fault);
            reader.push(error.related(self.form.span(), "the form"));
        }
        own.map(|own| entry.with(own))
    }
}

impl Form for Keys {
    const LAYOUT: Layout = Layout::Table;

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
