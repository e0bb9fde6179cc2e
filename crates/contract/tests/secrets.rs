//! A secret in a contract is refused, and never repeated in what is told.

use betroth_contract::Contract;
use insta::assert_snapshot;

/// Everything that is told of a text.
fn told(text: &str) -> String {
    match Contract::parse(text, "betroth.toml") {
        Ok(_) => "nothing".to_owned(),
        Err(errors) => errors.to_string(),
    }
}

#[test]
fn a_secret_in_the_contract_is_refused_and_not_repeated() {
    let text = r#"
[keys]
form = "shared-secret"
secret = "hunter2hunter2"
[session]
secret = { env = "BETTER_AUTH_SECRET", development = "hunter2hunter2" }
database = "postgres://app:hunter2hunter2@db/app"
"#;
    let told = told(text);
    assert!(!told.contains("hunter2"), "{told}");
    assert_snapshot!(told, @r#"
    error: `keys.secret` holds a secret in the contract
      --> betroth.toml:4:10
       = why: the contract is in the repository, and stays in its history
      hint: replace the secret, put it into the environment, and write `{ env = "NAME" }`

    error: `session.secret.development` holds a secret in the contract
      --> betroth.toml:6:54
       = why: the contract is in the repository, and stays in its history
      hint: replace the secret, put it into the environment, and write `{ env = "NAME" }`

    error: `session.database` holds a secret in the contract
      --> betroth.toml:7:12
       = why: the contract is in the repository, and stays in its history
      hint: replace the secret, put it into the environment, and write `{ env = "NAME" }`
    "#);
}

#[test]
fn a_secret_taken_for_a_name_is_not_repeated() {
    let told = told("[keys]\nform = 'shared-secret'\nsecret = { env = 'hunter2-hunter2' }\n");
    assert!(!told.contains("hunter2"), "{told}");
    assert_snapshot!(told, @"
    error: `keys.secret.env` holds 15 characters that are no name of an environment variable
      --> betroth.toml:3:18
       = why: here stands where the value comes from, never the value
      hint: write a name of letters, digits and `_`, as in `BETTER_AUTH_URL`
    ");
}

#[test]
fn a_private_key_is_refused_and_not_repeated() {
    let pem = "[keys]\nform = 'public-key'\npublic_key = '-----BEGIN PRIVATE KEY----- hunter2'\n";
    let jwk = "[keys]\nform = 'public-key'\npublic_key = '{\"kty\":\"OKP\",\"x\":\"a\",\"d\":\"hunter2\"}'\n";
    assert!(!told(pem).contains("hunter2") && !told(jwk).contains("hunter2"));
    assert_snapshot!(told(pem), @"
    error: `keys.public_key` holds a private key
      --> betroth.toml:3:14
       = why: whoever reads it can sign tokens for anyone, also from the history of the repository
      hint: replace the key at the issuer, then write the public one
    ");
    assert_eq!(told(pem), told(jwk));
}

#[test]
fn a_password_in_an_address_is_refused_and_not_repeated() {
    let told = told("[issuer]\njwks_url = 'https://app:hunter2@app.example.com/jwks'\n");
    assert!(!told.contains("hunter2"), "{told}");
    assert_snapshot!(told, @"
    error: `issuer.jwks_url` holds a name or password before the host
      --> betroth.toml:2:12
       = why: it would stand in the repository, and in every log that names the address
      hint: write an address such as `https://app.example.com`
    ");
}
