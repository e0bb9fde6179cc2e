import type { Metadata } from "next";
import { api } from "@/lib/api.server";

export const metadata: Metadata = { title: "Overview" };

interface Overview {
  notes: number;
  people: number;
  shared_notes: number;
  organizations: number;
}

/** Who may see this, the API says: its 403 shows `app/forbidden.tsx`. */
export default async function Admin() {
  const { value } = await api.json<Overview>("/overview");
  const facts = [
    ["Notes", value.notes],
    ["People who have some", value.people],
    ["Shared notes", value.shared_notes],
    ["Organizations that have some", value.organizations],
  ] as const;
  return (
    <>
      <h1>Overview</h1>
      <p>How much there is. What anybody wrote stays theirs.</p>
      <dl className="facts">
        {facts.map(([name, count]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{count}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}
