import type { NextConfig } from "next";
import { securityHeaders } from "./security-headers";

const config: NextConfig = {
  headers: async () => [{ source: "/:path*", headers: securityHeaders }],
  poweredByHeader: false,
  // A library with native parts stays what it is: it is not bundled.
  serverExternalPackages: ["libsql"],
  // `forbidden()`, which shows `app/forbidden.tsx`.
  experimental: { authInterrupts: true },
  turbopack: { root: import.meta.dirname },
};

export default config;
