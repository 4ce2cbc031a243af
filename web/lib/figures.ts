/** Finds the figures of a card in its words, so that each can be opened where it stands. */
import type { Fact } from "./insight";

/** Words, or a figure as it stands in them with the fact behind it. */
export type Part = string | { readonly fact: Fact; readonly text: string };

/** `text` cut where a fact's own text occurs as a whole figure; names are words, not figures. */
export function splitFigures(text: string, facts: readonly Fact[]): Part[] {
  const figures = facts.filter(({ unit, text: figure }) => unit !== "name" && /\p{N}/u.test(figure)).toReversed();
  // Words say "15.45 percentage points" where the fact itself reads "15.45%".
  const points = figures.filter(({ unit }) => unit === "percent");
  const byText = new Map([
    ...points.map((fact) => [fact.text.replace(/%$/, ""), fact] as const),
    ...figures.map((fact) => [fact.text, fact] as const),
  ]);
  if (byText.size === 0) return [text];
  const longestFirst = [...byText.keys()].toSorted((a, b) => b.length - a.length).map(escaped);
  // Part of a longer number, such as 10.2 in 10.27 or 5 in 15, is another figure.
  const whole = new RegExp(`(?<![\\p{L}\\p{N}]|\\p{N}[.,])(${longestFirst.join("|")})(?![\\p{L}\\p{N}%]|[.,]\\p{N})`, "u");
  return text.split(whole).flatMap((part): Part[] => {
    const fact = byText.get(part);
    if (fact) return [{ fact, text: part }];
    return part ? [part] : [];
  });
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
