/** A Chromium that arrives by npm alone and needs no system library. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const MODULES = new URL("../node_modules/", import.meta.url);

/** The browser's path; unpacked once per version, because the package looks only whether the file exists. */
export async function chromiumPath(): Promise<string> {
  const folder = fileURLToPath(new URL(`.cache/chromium-${installedVersion()}`, MODULES));
  mkdirSync(folder, { recursive: true });
  // Stays set: the browser itself reads it. The package's own file looks for its fonts in /tmp only.
  process.env.FONTCONFIG_PATH = fontconfig(folder);
  const { TMPDIR, VERCEL } = process.env;
  // Read when the package is imported: where to unpack, and to bring its own libraries along.
  Object.assign(process.env, { TMPDIR: folder, VERCEL: "1" });
  try {
    const { default: chromium } = await import("@sparticuz/chromium");
    return await chromium.executablePath();
  } finally {
    restore("TMPDIR", TMPDIR);
    restore("VERCEL", VERCEL);
  }
}

/** The font that came with the browser first, then the machine's for what it lacks (the rupee sign). */
function fontconfig(folder: string): string {
  const config = [
    '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>',
    `<dir>${folder}/fonts</dir><dir>/usr/share/fonts</dir><cachedir>${folder}/fonts-cache</cachedir>`,
    ...["sans-serif", "system-ui"].map(
      (family) =>
        `<alias binding="strong"><family>${family}</family><prefer><family>Open Sans</family></prefer></alias>`,
    ),
    "</fontconfig>",
  ].join("\n");
  mkdirSync(`${folder}/fontconfig`, { recursive: true });
  writeFileSync(`${folder}/fontconfig/fonts.conf`, config);
  return `${folder}/fontconfig`;
}

function installedVersion(): string {
  const manifest = readFileSync(new URL("@sparticuz/chromium/package.json", MODULES), "utf8");
  return (JSON.parse(manifest) as { version: string }).version;
}

function restore(name: string, value: string | undefined): void {
  if (value === undefined) delete process.env[name];
  else process.env[name] = value;
}
