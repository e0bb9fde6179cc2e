//! Names under which a person's token goes.

/// Such names, without case and underscores.
const NAMES: [&str; 10] = [
    "token",
    "jwt",
    "jwttoken",
    "accesstoken",
    "authtoken",
    "sessiontoken",
    "bearertoken",
    "idtoken",
    "refreshtoken",
    "apitoken",
];

/// Whether a variable or member of that name holds a token.
pub(crate) fn is_token(name: &str) -> bool {
    NAMES.contains(&plain(name).as_str())
}

/// A name without case and underscores.
pub(crate) fn plain(name: &str) -> String {
    name.chars()
        .filter(|c| *c != '_')
        .flat_map(char::to_lowercase)
        .collect()
}
