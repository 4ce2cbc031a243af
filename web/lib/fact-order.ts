/** Which facts a card shows first: rates and money, then other figures; names and dates explain, they do not lead. */
import type { Fact } from "./insight";

const RATES = new Set(["percent", "percent:points", "fraction"]);
const NO_FIGURES = new Set(["name", "date"]);

function rank({ unit }: Fact): number {
  if (RATES.has(unit)) return 0;
  if (/^[A-Z]{3}$/.test(unit)) return 1;
  return NO_FIGURES.has(unit) ? 3 : 2;
}

/** All facts, by rank; facts of one rank keep the order in which they came. */
export function inReadingOrder(facts: readonly Fact[]): Fact[] {
  return facts.toSorted((a, b) => rank(a) - rank(b));
}

/** The figures worth a place on the face of a card: one that is not known says nothing there. */
export function leadingFigures(facts: readonly Fact[], count: number): Fact[] {
  return inReadingOrder(facts)
    .filter(({ unit, value }) => !NO_FIGURES.has(unit) && value !== null)
    .slice(0, count);
}
