/** The page's words, from words/en.json, with their placeholders filled. */
import words from "@/words/en.json";

export { words };

/** `text` with each `{name}` replaced. */
export function fill(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole);
}

/** The word for `key`, or null when the vocabulary has none: new server words must not break an old page. */
export function lookup(vocabulary: Readonly<Record<string, string>>, key: string): string | null {
  return Object.hasOwn(vocabulary, key) ? (vocabulary[key] ?? null) : null;
}
