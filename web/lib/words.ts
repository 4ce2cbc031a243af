/** The pages' words in every language, from words/<language>/*.json; a browser is sent only those of its reader. */
import bnCard from "@/words/bn/card.json";
import bnFrame from "@/words/bn/frame.json";
import bnHub from "@/words/bn/hub.json";
import bnImport from "@/words/bn/import.json";
import bnPages from "@/words/bn/pages.json";
import enCard from "@/words/en/card.json";
import enFrame from "@/words/en/frame.json";
import enHub from "@/words/en/hub.json";
import enImport from "@/words/en/import.json";
import enPages from "@/words/en/pages.json";
import hiCard from "@/words/hi/card.json";
import hiFrame from "@/words/hi/frame.json";
import hiHub from "@/words/hi/hub.json";
import hiImport from "@/words/hi/import.json";
import hiPages from "@/words/hi/pages.json";

const en = { ...enFrame, hub: enHub, card: enCard, statement: enImport, ...enPages };
const hi = { ...hiFrame, hub: hiHub, card: hiCard, statement: hiImport, ...hiPages };
const bn = { ...bnFrame, hub: bnHub, card: bnCard, statement: bnImport, ...bnPages };

export type Words = typeof en;

export const LOCALES = ["en-IN", "hi-IN", "bn-IN"] as const;
export type Locale = (typeof LOCALES)[number];

const WORDS: Readonly<Record<Locale, Words>> = { "en-IN": en, "hi-IN": hi, "bn-IN": bn };

export function wordsFor(locale: Locale): Words {
  return WORDS[locale];
}

/** The locale of a preference or header, English for anything else. */
export function localeOf(value: string | null | undefined): Locale {
  const language = value?.trim().slice(0, 2).toLowerCase();
  return LOCALES.find((locale) => locale.startsWith(`${language}-`)) ?? "en-IN";
}
