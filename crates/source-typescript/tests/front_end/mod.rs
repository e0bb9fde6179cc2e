//! A Next.js project with Better Auth, read.

use betroth_source_typescript::{SourceFile, Web, read};

const PACKAGE: (&str, &str) = (
    "package.json",
    r#"{"dependencies": {"next": "16", "better-auth": "1.7", "axios": "1", "jose": "6"}}"#,
);
const SERVER: (&str, &str) = (
    "lib/auth.ts",
    r#"import { betterAuth } from "better-auth"; import { jwt, bearer } from "better-auth/plugins";
export const auth = betterAuth({ plugins: [jwt(), bearer()] });"#,
);
const CLIENT: (&str, &str) = (
    "lib/auth-client.ts",
    r#"import { createAuthClient } from "better-auth/react"; import { jwtClient } from "better-auth/client/plugins";
export const authClient = createAuthClient({ plugins: [jwtClient()] });
export const { signIn, useSession, getSession } = authClient;"#,
);
const MOUNTED: (&str, &str) = (
    "app/api/auth/[...all]/route.ts",
    r#"import { auth } from "@/lib/auth"; import { toNextJsHandler } from "better-auth/next-js"; export const { GET, POST } = toNextJsHandler(auth);"#,
);

/// The front end of a Next.js project with Better Auth and these files.
pub(crate) fn web(files: &[(&str, &str)]) -> Web {
    let mut all = vec![SourceFile::new(PACKAGE.0, PACKAGE.1)];
    for file in [SERVER, CLIENT, MOUNTED] {
        if files.iter().all(|(path, _)| *path != file.0) {
            all.push(SourceFile::new(file.0, file.1));
        }
    }
    all.extend(
        files
            .iter()
            .map(|(path, text)| SourceFile::new(*path, *text)),
    );
    let facts = read(&all);
    assert!(facts.unread.is_empty(), "{:?}", facts.unread);
    facts.webs.into_iter().next().expect("a front end is found")
}
