//! What to do about a refusal. What is wrong is said by the refusal itself.

use super::Refusal;
use crate::json::JsonFault;

impl Refusal {
    /// What to do, for whoever runs issuer or API; not for who sent the token.
    pub const fn cure(&self) -> &'static str {
        match self {
            Refusal::TokenMissing => {
                "send one as `Authorization: Bearer …`; where the front end sends none, look at what its token request was answered"
            }
            Refusal::TokenTooLong => {
                "have the issuer put less into it: what only the front end shows belongs into no access token"
            }
            Refusal::Parts => {
                "give one whole token alone; `betroth token decode` says what this is"
            }
            Refusal::Encrypted => {
                "send a signed access token; the `jwe` cookie cache of Better Auth is none, ask `/api/auth/token` for one"
            }
            Refusal::HeaderTooLong => {
                "have the issuer leave certificates and keys (`x5c`, `jwk`) out of the header; they prove nothing"
            }
            Refusal::HeaderNotBase64Url | Refusal::ClaimsNotBase64Url => {
                "copy it again, whole and unchanged; `betroth token decode` names the character"
            }
            Refusal::HeaderNotJson(JsonFault::DuplicateMember)
            | Refusal::ClaimsNotJson(JsonFault::DuplicateMember) => {
                "have the issuer write each name once: two readers would take it for two things"
            }
            Refusal::HeaderNotJson(JsonFault::TooDeep | JsonFault::TooManyMembers)
            | Refusal::ClaimsNotJson(JsonFault::TooDeep | JsonFault::TooManyMembers) => {
                "have the issuer put less into it; large data belongs behind an endpoint"
            }
            Refusal::HeaderNotJson(_) | Refusal::ClaimsNotJson(_) => {
                "it is no JWT, or was changed; `betroth token decode` says where"
            }
            Refusal::SignatureMissing => {
                "take the whole token; without its signature anyone could have written it"
            }
            Refusal::SignatureMalformed => {
                "the end was cut off or changed, or `alg` is another than that of the key; copy the whole token"
            }
            Refusal::SignatureInvalid => {
                "it was signed with another key, or changed since: compare the deployments of issuer and API, and with a shared \
             secret its value on both sides, to the last character"
            }
            Refusal::AlgorithmMissing => "have the issuer name its algorithm; it is no JWT without",
            Refusal::AlgorithmNotAccepted => {
                "if the issuer signs with it, name it in `keys.algorithms` of the contract, or as `--algorithm`; `none` is never \
             accepted"
            }
            Refusal::AlgorithmMismatch => {
                "if the issuer has changed its algorithm, give the new key a `kid` of its own; otherwise the token is forged"
            }
            Refusal::CriticalExtension => "have the issuer leave `crit` out",
            Refusal::UnencodedPayload => "have the issuer leave `b64` out",
            Refusal::KidMalformed => {
                "have the issuer name its keys with letters, digits and `._~@:+/=-`, 128 at most"
            }
            Refusal::KidMissing => {
                "have the issuer write the `kid` of its key into the header, or publish one key without `kid`"
            }
            Refusal::KeyUnknown => {
                "the key was replaced since, or another issuer signed: get a new token, and see that the key set is that of this \
             issuer"
            }
            Refusal::TypeMalformed => "have the issuer write `JWT` or `at+jwt` as `typ`",
            Refusal::TypeNotAccepted => {
                "send an access token, no ID token and no cookie; where the issuer's access tokens are of that type, name it in \
             `token.types` of the contract"
            }
            Refusal::ClaimMissing(_) => {
                "have the issuer set it (in Better Auth by `definePayload` of the plugin `jwt`), or take it out of \
             `token.required` if the API can do without"
            }
            Refusal::ClaimMalformed(_) => {
                "have the issuer write times as numbers in seconds, and `iss`, `sub` and `jti` as texts"
            }
            Refusal::IssuerMismatch => {
                "both must be the same byte for byte, with scheme, port and last slash: set `issuer.iss` of the contract, or the \
             issuer's base URL"
            }
            Refusal::AudienceMismatch => {
                "set the same audience on both sides: `jwt.audience` of Better Auth's plugin `jwt`, and `token.audience` of the \
             contract"
            }
            Refusal::Expired => {
                "get a new one; a front end asks for one when the old one is over, and does not keep it beyond"
            }
            Refusal::NotYetValid | Refusal::IssuedInFuture => {
                "set the clocks of issuer and API by NTP"
            }
            Refusal::TooOld => "get a new one, or raise `token.max_age` of the contract",
            Refusal::ProofMissing => {
                "have the issuer give tokens that are not bound (no `DPoP`), or check the proof in front of this API"
            }
            Refusal::KeysUnavailable => {
                "see that the issuer answers where its key set is, and has a key"
            }
        }
    }
}
