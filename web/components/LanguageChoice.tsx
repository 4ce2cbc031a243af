"use client";
/** The three languages, each in its own script, so that nobody must read another to find theirs. */
import type { Locale } from "@/lib/words";
import { useWording } from "./Wording";

const LANGUAGES: readonly (readonly [Locale, string])[] = [
  ["en-IN", "English"],
  ["hi-IN", "हिन्दी"],
  ["bn-IN", "বাংলা"],
];

export function LanguageChoice({ chosen }: { chosen: Locale }) {
  const { preferences } = useWording().words;
  return (
    <fieldset>
      <legend>{preferences.language}</legend>
      <div className="choices">
        {LANGUAGES.map(([locale, name]) => (
          <label key={locale} className="choice" lang={locale}>
            <input type="radio" name="locale" value={locale} defaultChecked={locale === chosen} />
            {name}
          </label>
        ))}
      </div>
    </fieldset>
  );
}
