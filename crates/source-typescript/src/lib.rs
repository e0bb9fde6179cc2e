//! A TypeScript tree into facts: Better Auth, Next.js, calls to the API and the credential they send.
