/** Headers of every answer of the front end. */
export const securityHeaders = [
  // An answer is what its type says: no upload is taken for a script.
  {
    key: "X-Content-Type-Options",
    value: "nosniff",
  },
  // No other site learns the path of a page, which may hold an id or a token.
  {
    key: "Referrer-Policy",
    value: "strict-origin-when-cross-origin",
  },
  // No other page frames ours, where a click would count as the person's own.
  // Scripts are not limited: Next's own stand inline, and need a nonce each.
  {
    key: "Content-Security-Policy",
    value: "frame-ancestors 'none'; base-uri 'self'",
  },
  // No foreign frame asks for these in our name; close what is not used.
  {
    key: "Permissions-Policy",
    value: "camera=(self), geolocation=(self), microphone=(self)",
  },
  // Seen over https once, the site is asked over https alone.
  ...(process.env.NODE_ENV === "production"
    ? [{ key: "Strict-Transport-Security", value: "max-age=31536000" }]
    : []),
];
