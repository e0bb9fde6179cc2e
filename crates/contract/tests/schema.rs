//! The JSON Schema in the repository is the one of the types.

use betroth_contract::schema;

#[test]
fn the_schema_in_the_repository_is_the_one_of_the_types() {
    let kept: serde_json::Value =
        serde_json::from_str(include_str!("../betroth.schema.json")).unwrap();
    assert_eq!(kept, schema(), "run `cargo xtask generate`");
}
