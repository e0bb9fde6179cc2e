import type { Metadata } from "next";
import Link from "next/link";

export const metadata: Metadata = { title: "Not for you" };

export default function Forbidden() {
  return (
    <div className="narrow">
      <p className="status">403</p>
      <h1>This page is for administrators</h1>
      <p>You are signed in, and nothing is wrong with that: your account lacks the role. Whoever runs this place can give it to you.</p>
      <p className="actions">
        <Link className="button" href="/notes">
          To your notes
        </Link>
      </p>
    </div>
  );
}
