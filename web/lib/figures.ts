/** Finds the figures of a card in its words, so that each can be opened where it stands. */
import type { Fact } from "./insight";

/** Words, or a figure as it stands in them with every fact that reads so: the words alone do not tell which is meant. */
export type Part = string | { readonly facts: readonly Fact[]; readonly text: string };

/** `text` cut where a fact's own text occurs as a whole figure; names are words, not figures. */
export function splitFigures(text: string, facts: readonly Fact[]): Part[] {
  const figures = facts.filter(({ unit, text: figure }) => unit !== "name" && /\p{N}/u.test(figure));
  if (figures.length === 0) return [text];
  const byText = new Map<string, Fact[]>();
  for (const fact of figures) byText.set(fact.text, [...(byText.get(fact.text) ?? []), fact]);
  const longestFirst = [...byText.keys()].toSorted((a, b) => b.length - a.length).map(escaped);
  // Part of a longer number, such as 10.2 in 10.27 or 5 in 15, is another figure.
  const whole = new RegExp(`(?<![\\p{L}\\p{N}]|\\p{N}[.,])(${longestFirst.join("|")})(?![\\p{L}\\p{N}%]|[.,]\\p{N})`, "u");
  return text.split(whole).flatMap((part): Part[] => {
    const meant = byText.get(part);
    if (meant) return [{ facts: meant, text: part }];
    return part ? [part] : [];
  });
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
