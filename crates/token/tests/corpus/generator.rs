//! What stands in the repository is what the generator makes.

use std::process::Command;

use crate::vectors::folder;

#[test]
fn the_generator_makes_the_same_files() {
    let run = Command::new("node")
        .args(["generate.mjs", "--check"])
        .current_dir(folder())
        .output();
    let Ok(output) = run else {
        println!("skipped: there is no `node` to run the generator with");
        return;
    };
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success(),
        "run `node generate.mjs` in `vectors/token`: {said}{}",
        String::from_utf8_lossy(&output.stderr)
    );
}
