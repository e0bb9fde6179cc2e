"use client";

import { wayBack } from "betroth/sign-in";
import { type FormEvent, useState } from "react";
import { authClient } from "@/lib/auth-client";

/** Signs in, or up where a name is asked for; then goes on where the person wanted to go. */
export function CredentialsForm({ isNew = false }: { isNew?: boolean }) {
  const [problem, setProblem] = useState<string>();
  const [isBusy, setIsBusy] = useState(false);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    const [email, password, name] = ["email", "password", "name"].map((it) => String(fields.get(it) ?? ""));
    setIsBusy(true);
    setProblem(undefined);
    const { error } = isNew
      ? await authClient.signUp.email({ email: email!, password: password!, name: name! })
      : await authClient.signIn.email({ email: email!, password: password! });
    if (!error) return location.assign(wayBack(location.search, "/notes"));
    setIsBusy(false);
    setProblem(error.status === 429 ? "Too many tries. Wait some seconds." : (error.message ?? "The server does not answer."));
  }

  return (
    // Sent before the page listens, a form without a method would put the password into the address.
    <form className="credentials" method="post" onSubmit={submit}>
      {isNew && (
        <label>
          Name
          <input name="name" autoComplete="name" required maxLength={80} />
        </label>
      )}
      <label>
        Email
        <input name="email" type="email" autoComplete="email" required />
      </label>
      <label>
        Password
        <input
          name="password"
          type="password"
          autoComplete={isNew ? "new-password" : "current-password"}
          required
          minLength={8}
          aria-describedby={isNew ? "password-length" : undefined}
        />
        {isNew && <small id="password-length">Eight characters at least.</small>}
      </label>
      <p className="problem" role="alert">
        {problem}
      </p>
      <button type="submit" disabled={isBusy}>
        {isNew ? "Sign up" : "Sign in"}
      </button>
    </form>
  );
}
