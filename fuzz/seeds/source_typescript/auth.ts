import { betterAuth } from "better-auth";
import { jwt } from "better-auth/plugins";
import { SignJWT } from "jose";

export const auth = betterAuth({
  secret: process.env.BETTER_AUTH_SECRET,
  baseURL: process.env.BETTER_AUTH_URL ?? "http://localhost:3000",
  plugins: [jwt({ jwt: { expirationTime: "15m", audience: "notes" }, jwks: { keyPairConfig: { alg: "ES256" } } })],
});

export async function mint(id: string) {
  return new SignJWT({ sub: id }).setProtectedHeader({ alg: "HS256" }).sign(new TextEncoder().encode(process.env.JWT_SECRET!));
}
//---
import { authClient } from "./client";

const base = process.env.NEXT_PUBLIC_API_URL || "http://localhost:8000";

export async function request(path: string, init: RequestInit = {}) {
  const { data } = await authClient.token();
  return fetch(`${base}${path}`, { ...init, headers: { ...init.headers, Authorization: `Bearer ${data?.token}` } });
}
//---
"use client";
import { request } from "../lib/api";

export default function Page() {
  return <button onClick={() => request("/notes", { method: "POST" })}>add</button>;
}
