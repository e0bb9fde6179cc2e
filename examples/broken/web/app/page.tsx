"use client";

import { useState } from "react";
import { authClient } from "@/lib/auth-client";

export default function Login() {
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const [problem, setProblem] = useState("");

  async function enter(register: boolean) {
    const credentials = { email, password, callbackURL: "/tasks" };
    const { error } = register
      ? await authClient.signUp.email({ ...credentials, name: email })
      : await authClient.signIn.email(credentials);
    if (error) setProblem(error.message ?? "that did not work");
    else location.assign("/tasks");
  }

  return (
    <main>
      <input value={email} onChange={(event) => setEmail(event.target.value)} placeholder="email" />
      <input type="password" value={password} onChange={(event) => setPassword(event.target.value)} placeholder="password" />
      <button onClick={() => enter(false)}>Log in</button>
      <button onClick={() => enter(true)}>Register</button>
      <p>{problem}</p>
    </main>
  );
}
