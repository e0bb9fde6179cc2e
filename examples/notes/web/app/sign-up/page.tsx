import type { Metadata } from "next";
import Link from "next/link";
import { CredentialsForm } from "@/components/credentials-form";

export const metadata: Metadata = { title: "Sign up" };

export default function SignUp() {
  return (
    <div className="narrow">
      <h1>Sign up</h1>
      <CredentialsForm isNew />
      <p className="aside">
        Known here? <Link href="/sign-in">Sign in</Link>
      </p>
    </div>
  );
}
