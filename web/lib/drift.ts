/** The bars of an allocation card, from its facts: what each class has, and what its target is. */
import type { Fact } from "./insight";

export interface Drift {
  /** The class's own key, such as `equity`. */
  readonly name: string;
  /** The class in words, for one that this page has no word for. */
  readonly label: string;
  /** In percent of the portfolio. */
  readonly actual: number;
  readonly target: number;
  readonly actualText: string;
  readonly targetText: string;
  readonly driftText: string;
}

const ACTUAL = "actual_";

/** One bar for each class that has both an actual share and a target; none for a card of another kind. */
export function driftBars(facts: readonly Fact[]): Drift[] {
  const byKey = new Map(facts.map((fact) => [fact.key, fact]));
  return facts.flatMap((fact): Drift[] => {
    if (!fact.key.startsWith(ACTUAL)) return [];
    const name = fact.key.slice(ACTUAL.length);
    const target = byKey.get(`target_${name}`);
    const [have, want] = [percent(fact), target ? percent(target) : null];
    if (!target || have === null || want === null) return [];
    const driftText = byKey.get(`drift_${name}`)?.text ?? "";
    return [{ name, label: inWords(fact, name), actual: have, target: want, actualText: fact.text, targetText: target.text, driftText }];
  });
}

/** `Equity: share now` names its class; a key such as `flexi_cap` does well enough otherwise. */
function inWords({ label }: Fact, name: string): string {
  const [before, after] = label.split(":");
  if (before && after) return before;
  return name.replaceAll("_", " ").replace(/^./, (first) => first.toUpperCase());
}

function percent({ value, unit }: Fact): number | null {
  const share = Number(value ?? NaN) * (unit === "fraction" ? 100 : 1);
  return Number.isFinite(share) ? Math.min(100, Math.max(0, share)) : null;
}
