import type { NextConfig } from "next";

const headers = [
  { key: "X-Content-Type-Options", value: "nosniff" },
  { key: "X-Frame-Options", value: "DENY" },
  { key: "Referrer-Policy", value: "strict-origin-when-cross-origin" },
];

const config: NextConfig = {
  poweredByHeader: false,
  // A library with native parts stays what it is: it is not bundled.
  serverExternalPackages: ["libsql"],
  // `forbidden()`, which shows `app/forbidden.tsx`.
  experimental: { authInterrupts: true },
  turbopack: { root: import.meta.dirname },
  headers: async () => [{ source: "/:path*", headers }],
};

export default config;
