"use client";

import { useRouter } from "next/navigation";
import { useState } from "react";
import { authClient } from "@/lib/auth-client";

/** Takes an invitation, which is for one email alone. */
export function Join({ invitation }: { invitation: string }) {
  const router = useRouter();
  const [problem, setProblem] = useState<string>();

  async function accept() {
    const { data, error } = await authClient.organization.acceptInvitation({ invitationId: invitation });
    if (!data) return setProblem(error.message ?? "The server does not answer.");
    await authClient.organization.setActive({ organizationId: data.member.organizationId });
    router.push("/shared");
  }

  return (
    <div className="narrow">
      <h1>You are invited</h1>
      <p>Whoever sent you this link would like to share notes with you.</p>
      <p className="problem" role="alert">
        {problem}
      </p>
      <p className="actions">
        <button type="button" onClick={accept}>
          Join
        </button>
      </p>
    </div>
  );
}
