"use client";

import { authClient } from "@/lib/auth-client";
import { useNotice } from "./notice";

export function Account() {
  const { data: session } = authClient.useSession();
  const tell = useNotice();

  async function signOut() {
    await authClient.signOut();
    location.assign("/");
  }

  async function signOutElsewhere() {
    const { error } = await authClient.revokeOtherSessions();
    tell(error ? "That did not work. Try again in a moment." : "Every other session has ended.");
  }

  return (
    <div className="narrow">
      <h1>Account</h1>
      <dl className="person">
        <dt>Name</dt>
        <dd>{session?.user.name ?? "…"}</dd>
        <dt>Email</dt>
        <dd>{session?.user.email ?? "…"}</dd>
        <dt>Role</dt>
        <dd>{session?.user.role ?? "…"}</dd>
      </dl>
      <p className="actions">
        <button type="button" onClick={signOut}>
          Sign out
        </button>
        <button type="button" className="quiet" onClick={signOutElsewhere}>
          Sign out everywhere else
        </button>
      </p>
    </div>
  );
}
