/** Build and header settings; everything that differs between machines is read at run time from lib/env.ts. */
import { fileURLToPath } from "node:url";
import type { NextConfig } from "next";

const everywhere = [
  { key: "X-Content-Type-Options", value: "nosniff" },
  { key: "Referrer-Policy", value: "no-referrer" },
  { key: "X-Frame-Options", value: "DENY" },
  { key: "Cross-Origin-Opener-Policy", value: "same-origin" },
  { key: "Cross-Origin-Resource-Policy", value: "same-origin" },
  { key: "Strict-Transport-Security", value: "max-age=31536000; includeSubDomains" },
  {
    key: "Permissions-Policy",
    value: "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
  },
];

// What is not a page runs nothing: pages get their own policy with a nonce in proxy.ts.
const nothingRuns = {
  key: "Content-Security-Policy",
  value: "default-src 'none'; base-uri 'none'; frame-ancestors 'none'",
};

const config: NextConfig = {
  poweredByHeader: false,
  reactStrictMode: true,
  turbopack: { root: fileURLToPath(new URL(".", import.meta.url)) },
  // Within the application only: a rewrite to another host would gzip and hold back streams.
  rewrites: async () => [{ source: "/app/api/ai/coach/:path*", destination: "/api/ai/coach/:path*" }],
  headers: async () => [
    { source: "/:path*", headers: everywhere },
    { source: "/_next/:path*", headers: [nothingRuns] },
    { source: "/api/:path*", headers: [nothingRuns] },
    { source: "/app/api/:path*", headers: [nothingRuns] },
  ],
};

export default config;
