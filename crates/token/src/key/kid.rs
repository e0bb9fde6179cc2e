use crate::limits::KID_BYTES;

/// Whether a `kid` is one that issuers give: what thumbprints, UUIDs, base64 and mail addresses are written with.
///
/// A `kid` is only ever compared. That it is one short line, and means nothing to a query or a shell, keeps it harmless
/// where somebody logs it or looks it up (RFC 8725 §3.10); as a path or an address it must not be used.
pub(crate) fn is_well_formed(kid: &str) -> bool {
    let letter = |byte: u8| byte.is_ascii_alphanumeric() || b"._~@:+/=-".contains(&byte);
    (1..=KID_BYTES).contains(&kid.len()) && kid.bytes().all(letter) && !kid.contains("..")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kid_is_what_issuers_give() {
        let uuid = "018c0ae5-4d9b-471b-bfd6-eef314bc7037";
        for kid in [
            uuid,
            "1",
            "bilbo.baggins@hobbiton.example",
            "nzCYn9Oe8rA3K+Yy/w==",
            "urn:key:1",
            &"k".repeat(128),
        ] {
            assert!(is_well_formed(kid), "{kid}");
        }
    }

    #[test]
    fn what_a_path_a_query_or_a_shell_reads_is_no_kid() {
        let long = "k".repeat(129);
        for kid in [
            "",
            "../../dev/null",
            "a..b",
            "' OR 1=1 --",
            "a b",
            "a\0",
            "a\n",
            "$(id)",
            "a|b",
            "a;b",
            "ключ",
            "a\"b",
            "a\\b",
            &long,
        ] {
            assert!(!is_well_formed(kid), "{kid}");
        }
    }
}
