//! What is written holds before the compilers and interpreters of both sides.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::project::Project;

const SETTINGS: &str = r#"{
  "compilerOptions": {
    "target": "ES2022", "lib": ["dom", "dom.iterable", "esnext"], "strict": true, "noEmit": true,
    "noUnusedLocals": true, "skipLibCheck": true, "module": "esnext", "moduleResolution": "bundler",
    "jsx": "preserve", "types": ["node", "react"]
  },
  "include": ["**/*.ts", "**/*.tsx"]
}"#;

fn top() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The folder of the npm package of ours, where it is built and its packages are installed.
fn installed() -> Option<PathBuf> {
    let package = top().join("bindings/typescript").canonicalize().ok()?;
    let needed = [
        "node_modules/typescript",
        "node_modules/next",
        "dist/index.d.ts",
    ];
    needed
        .iter()
        .all(|it| package.join(it).exists())
        .then_some(package)
}

#[cfg(unix)]
#[test]
fn the_typescript_of_every_form_passes_its_compiler() {
    use std::os::unix::fs::symlink;

    let Some(package) = installed() else {
        eprintln!("skipped: `npm ci && npm run build` in bindings/typescript is needed");
        return;
    };
    for project in [
        Project::new(),
        Project::with_secret(),
        Project::with_handler(),
    ] {
        let project = project.file("web/tsconfig.json", SETTINGS).applied();
        let modules = project.path("web/node_modules");
        std::fs::create_dir(&modules).unwrap();
        for entry in std::fs::read_dir(package.join("node_modules")).unwrap() {
            let entry = entry.unwrap();
            symlink(entry.path(), modules.join(entry.file_name())).unwrap();
        }
        symlink(&package, modules.join("betroth")).unwrap();
        let tsc = Command::new("node")
            .args(["node_modules/typescript/bin/tsc", "-p", "."])
            .current_dir(project.path("web"))
            .output()
            .unwrap();
        assert!(
            tsc.status.success(),
            "{}",
            String::from_utf8_lossy(&tsc.stdout)
        );
    }
}

/// An interpreter with FastAPI, pytest and the Python package of this checkout.
fn interpreter() -> Option<(PathBuf, PathBuf)> {
    let python = std::env::vars()
        .find(|(name, _)| name == "BETROTH_TEST_PYTHON")?
        .1;
    let package = top()
        .join("target/packages/test/bindings")
        .canonicalize()
        .ok()?;
    let probe = Command::new(&python)
        .args(["-c", "import fastapi, pytest, betroth.testing"])
        .env("PYTHONPATH", &package)
        .output();
    probe
        .is_ok_and(|it| it.status.success())
        .then(|| (python.into(), package))
}

#[test]
fn the_python_of_both_forms_lets_in_whom_the_contract_names() {
    let Some((python, package)) = interpreter() else {
        eprintln!(
            "skipped: BETROTH_TEST_PYTHON names no interpreter with FastAPI and pytest, or the Python package is not built"
        );
        return;
    };
    for (project, typed) in [(Project::new(), true), (Project::with_secret(), false)] {
        let project = project.file("api/notes.txt", "one\n").applied();
        let folder = project.path("api");
        let path = std::env::join_paths([package.as_path(), folder.as_path()]).unwrap();
        let run = |arguments: &[&str]| {
            let output = Command::new(&python)
                .args(arguments)
                .current_dir(&folder)
                .env("PYTHONPATH", &path)
                .output()
                .unwrap();
            let said = [output.stdout, output.stderr].concat();
            let said = String::from_utf8_lossy(&said).into_owned();
            (output.status.success(), said)
        };
        let (passes, said) = run(&["-m", "pytest", "-q", "-p", "no:cacheprovider", "tests"]);
        assert!(passes, "{said}");
        let asks = "import os, secrets\n\
                    os.environ.update({names})\n\
                    from fastapi.testclient import TestClient\nfrom app.main import app\n\
                    headers = TestClient(app).get('/health').headers\n\
                    assert headers['x-content-type-options'] == 'nosniff', headers\n\
                    assert headers['cache-control'] == 'no-store', headers";
        let names = if typed {
            "BETROTH_MODE='development'"
        } else {
            "BETROTH_MODE='development', JWT_SECRET=secrets.token_urlsafe(64)"
        };
        let asks = asks.replace("{names}", names);
        let (sends, said) = run(&["-c", &asks]);
        assert!(sends, "{said}");
        // What the two differ in is one line of a test.
        if typed && run(&["-c", "import mypy"]).0 {
            let (passes, said) = run(&["-m", "mypy", "app", "tests"]);
            assert!(passes, "{said}");
        }
    }
}
