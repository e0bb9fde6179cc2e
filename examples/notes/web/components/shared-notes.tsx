"use client";

import { type FormEvent, useState } from "react";
import { authClient } from "@/lib/auth-client";
import { Notebook } from "./notebook";
import { useNotice } from "./notice";

/** The notes of the organization for which the person acts, and which one that is. */
export function SharedNotes() {
  const { data: organizations, isPending } = authClient.useListOrganizations();
  const { data: active } = authClient.useActiveOrganization();

  if (isPending) return <p className="empty">Fetching your organizations…</p>;
  return (
    <>
      <div className="heading">
        <h1>{active?.name ?? "Shared notes"}</h1>
        {organizations && organizations.length > 0 && (
          <label className="choice">
            Organization
            <select
              value={active?.id ?? ""}
              onChange={(it) => authClient.organization.setActive({ organizationId: it.target.value || null })}
            >
              <option value="">None</option>
              {organizations.map(({ id, name }) => (
                <option key={id} value={id}>
                  {name}
                </option>
              ))}
            </select>
          </label>
        )}
      </div>
      {!active && <p>All members of an organization read and write its notes. Choose one of yours, or make a new one.</p>}
      {active && <Notebook key={active.id} organization={active.id} />}
      {active ? <Invite organizationId={active.id} /> : <NewOrganization />}
    </>
  );
}

function NewOrganization() {
  const [problem, setProblem] = useState<string>();

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const name = String(new FormData(event.currentTarget).get("name")).trim();
    const slug = `${name.toLowerCase().replace(/[^a-z0-9]+/g, "-")}-${crypto.randomUUID().slice(0, 8)}`;
    const { data, error } = await authClient.organization.create({ name, slug });
    if (!data) return setProblem(error.message ?? "The server does not answer.");
    await authClient.organization.setActive({ organizationId: data.id });
  }

  return (
    <form className="inline" onSubmit={submit}>
      <label>
        A new organization
        <input name="name" required maxLength={60} placeholder="Its name" />
      </label>
      <button type="submit">Create</button>
      <p className="problem" role="alert">
        {problem}
      </p>
    </form>
  );
}

/** No mail is sent in this example: the link is shown, to be handed on. */
function Invite({ organizationId }: { organizationId: string }) {
  const tell = useNotice();
  const [link, setLink] = useState<string>();

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const email = String(new FormData(event.currentTarget).get("email"));
    const { data, error } = await authClient.organization.inviteMember({ organizationId, email, role: "member" });
    if (!data) return tell(error.message ?? "The server does not answer.");
    setLink(`${location.origin}/join/${data.id}`);
  }

  return (
    <form className="inline" onSubmit={submit}>
      <label>
        Invite somebody
        <input name="email" type="email" required placeholder="Their email" />
      </label>
      <button type="submit" className="quiet">
        Make a link
      </button>
      {link && (
        <label className="whole">
          Hand this link on
          <input readOnly value={link} onFocus={(it) => it.target.select()} />
        </label>
      )}
    </form>
  );
}
