/** In which of the pages' languages a stored card was written: told by its script, for a card keeps its words. */
import type { Insight } from "./insight";
import type { Locale } from "./words";

const SCRIPTS: readonly (readonly [Locale, RegExp])[] = [
  ["hi-IN", /\p{Script=Devanagari}/gu],
  ["bn-IN", /\p{Script=Bengali}/gu],
  ["en-IN", /\p{Script=Latin}/gu],
];

/** A card's language, by all of its words: funds are called in Latin letters in every language, and goals in any. */
export function languageOf({ title, bodyMd, facts }: Pick<Insight, "title" | "bodyMd" | "facts">): Locale {
  return scriptOf([title, bodyMd, ...facts.flatMap(({ label, how }) => [label, how])].join(" "));
}

/** The language of most letters. */
export function scriptOf(text: string): Locale {
  const counted = SCRIPTS.map(([locale, script]) => [locale, text.match(script)?.length ?? 0] as const);
  return counted.reduce((most, next) => (next[1] > most[1] ? next : most))[0];
}
