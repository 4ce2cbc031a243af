/** Every language says everything, with the same placeholders and in its own script. */
import { describe, expect, it } from "vitest";
import { type Locale, LOCALES, localeOf, wordsFor } from "@/lib/words";

/** `a.b.c` and its text, for every text. */
function texts(words: object, path = ""): [string, string][] {
  return Object.entries(words).flatMap(([key, value]): [string, string][] =>
    typeof value === "string" ? [[path + key, value]] : texts(value as object, `${path}${key}.`),
  );
}

const english = texts(wordsFor("en-IN"));
const placeholders = (text: string) => (text.match(/\{\w+\}/g) ?? []).sort();
const SCRIPTS: Partial<Record<Locale, RegExp>> = {
  "hi-IN": /\p{Script=Devanagari}/u,
  "bn-IN": /\p{Script=Bengali}/u,
};
/** The same in every language: a brand, and a file format. */
const NAMES = new Set(["brand", "import.kinds.csv"]);

describe.each(LOCALES)("%s", (locale) => {
  const own = texts(wordsFor(locale));

  it("has every text and no other", () => {
    expect(own.map(([key]) => key).sort()).toEqual(english.map(([key]) => key).sort());
  });

  it("leaves no text empty and fills the same placeholders", () => {
    const there = new Map(own);
    for (const [key, text] of english) {
      expect(there.get(key)?.trim(), key).toBeTruthy();
      expect(placeholders(there.get(key) ?? ""), key).toEqual(placeholders(text));
    }
  });

  it("is written in its own script", () => {
    const script = SCRIPTS[locale];
    const foreign = own.filter(([key, text]) => script && !NAMES.has(key) && !script.test(text));
    expect(foreign).toEqual([]);
  });
});

describe("a locale", () => {
  it.each([
    ["hi-IN", "hi-IN"],
    ["bn,en;q=0.8", "bn-IN"],
    ["HI", "hi-IN"],
    ["fr-FR", "en-IN"],
    ["", "en-IN"],
    [null, "en-IN"],
  ])("of %j is %s", (given, locale) => {
    expect(localeOf(given)).toBe(locale);
  });
});
