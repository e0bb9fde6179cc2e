/// Where a fact stands among the claims, with dots for nesting: `[claims]` of the contract.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClaimNames {
    /// Who the token speaks of.
    pub subject: Box<str>,
    /// The person's address.
    pub email: Box<str>,
    /// The person's name.
    pub name: Box<str>,
    /// A text, a list with commas, or an array.
    pub roles: Box<str>,
    /// What the person may do.
    pub permissions: Box<str>,
    /// What the token may be used for.
    pub scopes: Box<str>,
    /// The organization that the person acts in.
    pub organization: Box<str>,
    /// The session that the token was made from.
    pub session: Box<str>,
    /// Who acts for the subject.
    pub actor: Box<str>,
}

/// The names of a contract that names none.
impl Default for ClaimNames {
    fn default() -> Self {
        Self {
            subject: "sub".into(),
            email: "email".into(),
            name: "name".into(),
            roles: "role".into(),
            permissions: "permissions".into(),
            scopes: "scope".into(),
            organization: "activeOrganizationId".into(),
            session: "sid".into(),
            actor: "act".into(),
        }
    }
}

impl From<&betroth_contract::Claims> for ClaimNames {
    fn from(claims: &betroth_contract::Claims) -> Self {
        Self {
            subject: claims.subject.as_str().into(),
            email: claims.email.as_str().into(),
            name: claims.name.as_str().into(),
            roles: claims.roles.as_str().into(),
            permissions: claims.permissions.as_str().into(),
            scopes: claims.scopes.as_str().into(),
            organization: claims.organization.as_str().into(),
            session: claims.session.as_str().into(),
            actor: claims.actor.as_str().into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use betroth_contract::Contract;

    #[test]
    fn the_names_without_a_contract_are_those_of_an_empty_one() {
        let contract = Contract::parse("", "betroth.toml").unwrap();
        assert_eq!(ClaimNames::from(&contract.claims), ClaimNames::default());
    }
}
