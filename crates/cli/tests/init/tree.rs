use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use betroth_contract::Contract;
use tempfile::TempDir;

/// A folder with files in it.
pub(crate) struct Tree(pub(crate) TempDir);

impl Tree {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub(crate) fn file(self, path: &str, text: &str) -> Self {
        let path = self.0.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
        self
    }

    /// A front end that signs by itself and calls one route of `port`.
    pub(crate) fn web(self, root: &str, port: u16) -> Self {
        self.file(
            &format!("{root}/package.json"),
            r#"{ "dependencies": { "next": "16.0.0", "better-auth": "1.4.0" } }"#,
        )
        .file(
            &format!("{root}/lib/auth.ts"),
            "import { betterAuth } from 'better-auth'\nimport { jwt } from 'better-auth/plugins'\n\
             export const auth = betterAuth({\n  baseURL: process.env.APP_URL ?? 'http://localhost:3100',\n  \
             basePath: '/auth',\n  plugins: [jwt({ jwt: { audience: 'tasks', expirationTime: '1h',\n    \
             definePayload: ({ user }) => ({ email: user.email, roles: user.roles }) } })],\n})\n",
        )
        .file(
            &format!("{root}/app/page.tsx"),
            &format!(
                "import {{ createAuthClient }} from 'better-auth/react'\nimport {{ jwtClient }} from 'better-auth/client/plugins'\n\
                 const client = createAuthClient({{ plugins: [jwtClient()] }})\n\
                 export default async function Page() {{\n  const {{ data }} = await client.token()\n  \
                 await fetch(`${{process.env.NEXT_PUBLIC_API ?? 'http://localhost:{port}'}}/tasks`,\n    \
                 {{ headers: {{ Authorization: `Bearer ${{data?.token}}` }} }})\n  return null\n}}\n"
            ),
        )
    }

    /// An API that verifies with a key set, and has an open route of each kind.
    pub(crate) fn api(self, root: &str) -> Self {
        self.file(&format!("{root}/pyproject.toml"), "").file(
            &format!("{root}/app/main.py"),
            "import os\nimport jwt\nfrom fastapi import Depends, FastAPI, HTTPException\nfrom fastapi.security import HTTPBearer\n\
             bearer = HTTPBearer()\nkeys = jwt.PyJWKClient(os.environ['JWKS_URL'])\n\
             def person(credentials=Depends(bearer)):\n    token = credentials.credentials\n    try:\n        \
             return jwt.decode(token, keys.get_signing_key_from_jwt(token).key, algorithms=['EdDSA'])\n    \
             except jwt.PyJWTError:\n        raise HTTPException(status_code=401)\n\
             app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)\n\
             @app.get('/tasks')\ndef tasks(user=Depends(person)):\n    return []\n\
             @app.get('/health')\ndef health():\n    return {}\n\
             @app.get('/reports')\ndef reports():\n    return open('reports').read()\n",
        )
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Said {
        said(&mut self.command(arguments))
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_betroth"));
        command.arg("init").args(arguments).current_dir(&self.0);
        command
    }

    pub(crate) fn contract(&self) -> Contract {
        let text = fs::read_to_string(self.path()).unwrap();
        Contract::parse(&text, "betroth.toml").unwrap()
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.0.path().join("betroth.toml")
    }

    /// The names at the top of the folder.
    pub(crate) fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(&self.0).unwrap();
        let mut names: Vec<String> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }
}

pub(crate) struct Said {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

pub(crate) fn said(command: &mut Command) -> Said {
    let output = command.stdin(Stdio::null()).output().unwrap();
    Said {
        code: output.status.code().unwrap(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}
