use crate::{
    site::Site,
    token_name::is_token,
    value::{Applied, Chain, Root, Step},
};

/// What the client's answer holds, for `getSession` and for `useSession` of React.
const ANSWER: [&str; 6] = [
    "data",
    "error",
    "isPending",
    "isRefetching",
    "refetch",
    "response",
];
/// What the answer's `data` holds, and what `auth.api.getSession` gives.
const DATA: [&str; 3] = ["session", "user", "needsRefresh"];
/// Columns of a session, those of plugins among them (Better Auth 1.7).
const SESSION: [&str; 11] = [
    "id",
    "token",
    "userId",
    "expiresAt",
    "createdAt",
    "updatedAt",
    "ipAddress",
    "userAgent",
    "activeOrganizationId",
    "activeTeamId",
    "impersonatedBy",
];

impl<'a> Site<'_, '_, 'a> {
    /// The member that is read of a session and that it does not have, as written: `data.session.accessToken`.
    ///
    /// Only where every plugin is known, and nothing adds members of the project's own.
    pub(super) fn absent_member(&self, chain: &Chain<'a>) -> Option<String> {
        let Root::External { specifier, name } = chain.root else {
            return None;
        };
        let (mut shape, names) = match (name, chain.path.as_slice()) {
            (
                "createAuthClient",
                [
                    Step::Call(made),
                    Step::Name(asked @ ("getSession" | "useSession")),
                    Step::Call(applied),
                    names @ ..,
                ],
            ) => {
                // Of other libraries than React a hook gives a reference to what it holds.
                let hook = *asked == "useSession" && specifier != "better-auth/react";
                if hook || self.throws(made) || self.throws(applied) {
                    return None;
                }
                (Shape::Answer, names)
            }
            (
                "betterAuth",
                [
                    Step::Call(_),
                    Step::Name("api"),
                    Step::Name("getSession"),
                    Step::Call(applied),
                    names @ ..,
                ],
            ) if !self.throws(applied) => (Shape::Data, names),
            _ => return None,
        };
        if !self.has_only_its_own_members() {
            return None;
        }
        let names: Vec<&str> = names.iter().map(Step::name).collect::<Option<_>>()?;
        for name in &names {
            let known = match shape {
                Shape::Answer => ANSWER.contains(name),
                Shape::Data => DATA.contains(name),
                Shape::Session => SESSION.contains(name),
                // Plugins add much to a user, and never a token.
                Shape::User => !is_token(name),
                Shape::Other => return None,
            };
            if !known {
                let plain = name.starts_with(|c: char| c.is_ascii_alphabetic());
                return plain.then(|| names.join("."));
            }
            shape = match (shape, *name) {
                (Shape::Answer, "data") => Shape::Data,
                (Shape::Data, "session") => Shape::Session,
                (Shape::Data, "user") => Shape::User,
                _ => Shape::Other,
            };
        }
        None
    }

    /// Whether the answer comes in another form: thrown errors leave the data alone, a response holds it.
    fn throws(&self, applied: &Applied<'a>) -> bool {
        let Some(options) = applied.first() else {
            return false;
        };
        [
            &["fetchOptions", "throw"][..],
            &["fetchOptions", "customFetchImpl"],
            &["asResponse"],
            &["returnHeaders"],
        ]
        .iter()
        .any(|names| !self.tracer.chains(options, names, false).is_empty())
    }

    fn has_only_its_own_members(&self) -> bool {
        self.knows_plugins()
            && self.servers.iter().all(|server| {
                let adds = |name: &str| server.options.iter().any(|option| option.name == name);
                server
                    .plugins
                    .iter()
                    .all(|plugin| plugin.name != "customSession")
                    && !adds("session.additionalFields")
                    && !adds("user.additionalFields")
            })
    }
}

/// Which of the objects a name is read of.
#[derive(Clone, Copy)]
enum Shape {
    Answer,
    Data,
    Session,
    User,
    Other,
}
