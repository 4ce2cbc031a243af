/** Words with their placeholders filled, and words that may be missing. */

/** `text` with each `{name}` replaced. */
export function fill(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole);
}

/** The word for `key`, or null when the vocabulary has none: new server words must not break an old page. */
export function lookup(vocabulary: Readonly<Record<string, string>>, key: string): string | null {
  return Object.hasOwn(vocabulary, key) ? (vocabulary[key] ?? null) : null;
}
