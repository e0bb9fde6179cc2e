import type { Metadata } from "next";
import Link from "next/link";
import { CredentialsForm } from "@/components/credentials-form";

export const metadata: Metadata = { title: "Sign in" };

export default function SignIn() {
  return (
    <div className="narrow">
      <h1>Sign in</h1>
      <CredentialsForm />
      <p className="aside">
        New here? <Link href="/sign-up">Sign up</Link>
      </p>
    </div>
  );
}
