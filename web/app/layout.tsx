/** The frame of every page; rendered per request, because the page policy's nonce is. */
import type { Metadata, Viewport } from "next";
import type { ReactNode } from "react";
import { words } from "@/lib/words";
import "./globals.css";

export const dynamic = "force-dynamic";

export const metadata: Metadata = {
  title: { default: words.brand, template: `%s · ${words.brand}` },
  description: words.tagline,
  robots: { index: false },
};

export const viewport: Viewport = {
  colorScheme: "light dark",
  themeColor: [
    { media: "(prefers-color-scheme: light)", color: "#f5f6f3" },
    { media: "(prefers-color-scheme: dark)", color: "#0d1311" },
  ],
};

export default function RootLayout({ children }: { children: ReactNode }) {
  return (
    <html lang="en-IN">
      <body>
        <a className="skip" href="#main">
          {words.skip}
        </a>
        {children}
      </body>
    </html>
  );
}
