/** The frame of every page; rendered per request, because the page policy's nonce and the reader's language are. */
import type { Metadata, Viewport } from "next";
import type { ReactNode } from "react";
import { WordingProvider } from "@/components/Wording";
import { pageWording } from "@/lib/language";
import "@fontsource-variable/noto-sans-bengali";
import "@fontsource-variable/noto-sans-devanagari";
import "./globals.css";

export const dynamic = "force-dynamic";

export async function generateMetadata(): Promise<Metadata> {
  const { words } = await pageWording();
  return {
    title: { default: words.brand, template: `%s · ${words.brand}` },
    description: words.tagline,
    robots: { index: false },
  };
}

export const viewport: Viewport = {
  colorScheme: "light dark",
  themeColor: [
    { media: "(prefers-color-scheme: light)", color: "#f5f6f3" },
    { media: "(prefers-color-scheme: dark)", color: "#0d1311" },
  ],
};

export default async function RootLayout({ children }: { children: ReactNode }) {
  const wording = await pageWording();
  return (
    <html lang={wording.calendar.locale}>
      <body>
        <a className="skip" href="#main">
          {wording.words.skip}
        </a>
        <WordingProvider wording={wording}>{children}</WordingProvider>
      </body>
    </html>
  );
}
