/** Goals and the wanted mix as a form holds them: texts in percent, exactly as typed; the service judges them. */
import { isRecord } from "./insight";

export interface GoalDraft {
  /** Tells rows apart while they are edited; a stored goal's is its id. */
  readonly key: string;
  readonly id: string | null;
  readonly name: string;
  readonly targetAmount: string;
  readonly targetDate: string;
  /** Percent a year, the person's own assumption; empty when none was made. */
  readonly rate: string;
  readonly stepUp: string;
  readonly monthly: string;
  /** The person's own order: lower numbers come first. */
  readonly priority: string;
  /** Percent by which a year's return may swing; empty for the coach's own assumption. */
  readonly volatility: string;
  readonly schemes: readonly SchemeShare[];
}

export interface SchemeShare {
  readonly isin: string;
  /** Percent of the holding. */
  readonly share: string;
}

export interface Target {
  readonly dimension: string;
  readonly name: string;
  readonly share: string;
}

export interface Holding {
  readonly isin: string;
  readonly name: string;
}

export interface Plan {
  readonly goals: readonly GoalDraft[];
  /** Percent of the whole by asset class. */
  readonly mix: Readonly<Record<string, string>>;
  /** Targets that this page does not show and must not lose. */
  readonly otherTargets: readonly Target[];
  readonly holdings: readonly Holding[];
}

export const CLASSES = ["equity", "debt", "hybrid", "gold", "cash", "other"] as const;

const text = (value: unknown): string => (typeof value === "string" ? value : "");
const records = (value: unknown): Record<string, unknown>[] => (Array.isArray(value) ? value.filter(isRecord) : []);

/** `0.065` as `6.5`: the point moves, no digit is computed away. */
export function toPercent(fraction: string): string {
  return fraction === "" ? "" : String(Number((Number(fraction) * 100).toFixed(2)));
}

/** `6.5` as `0.065`; what is no number stays as it is, for the service to refuse. */
export function toFraction(percent: string): string {
  const plain = plainNumber(percent);
  const value = Number(plain);
  return plain === "" || Number.isNaN(value) ? plain : String(Number((value / 100).toFixed(4)));
}

/** A number as people write it, `50,00,000`, as the service takes it. */
export function plainNumber(text: string): string {
  return text.replace(/[\s,]/g, "");
}

/** `500000.00` as `500000`. */
const plainAmount = (amount: string): string => amount.replace(/\.0+$/, "");

export function parsePlan(value: unknown): Plan | null {
  if (!isRecord(value) || !Array.isArray(value.goals)) return null;
  const targets = records(value.targets).map(({ dimension, name, share }) => ({
    dimension: text(dimension),
    name: text(name),
    share: text(share),
  }));
  const shown = ({ dimension, name }: Target): boolean =>
    dimension === "asset_class" && CLASSES.some((known) => known === name);
  return {
    goals: records(value.goals).map(goalFrom),
    mix: Object.fromEntries(targets.filter(shown).map(({ name, share }) => [name, toPercent(share)])),
    otherTargets: targets.filter((target) => !shown(target)),
    holdings: records(value.holdings).map(({ isin, name }) => ({ isin: text(isin), name: text(name) || text(isin) })),
  };
}

function goalFrom(row: Record<string, unknown>): GoalDraft {
  return {
    key: text(row.id),
    id: text(row.id) || null,
    name: text(row.name),
    targetAmount: plainAmount(text(row.target_amount)),
    targetDate: text(row.target_date),
    rate: toPercent(text(row.annual_rate)),
    stepUp: toPercent(text(row.annual_step_up)),
    monthly: plainAmount(text(row.monthly_amount)),
    priority: String(row.priority ?? 1),
    volatility: toPercent(text(row.annual_volatility)),
    schemes: records(row.schemes).map(({ isin, share }) => ({ isin: text(isin), share: toPercent(text(share)) })),
  };
}

export function emptyGoal(key: string): GoalDraft {
  const amounts = { targetAmount: "", monthly: "", rate: "", stepUp: "", volatility: "" };
  return { key, id: null, name: "", targetDate: "", priority: "1", ...amounts, schemes: [] };
}

/** Sets a holding aside for a goal, whole, or takes it away again. */
export function withHolding(goal: GoalDraft, isin: string, chosen: boolean): GoalDraft {
  const others = goal.schemes.filter((scheme) => scheme.isin !== isin);
  return { ...goal, schemes: chosen ? [...others, { isin, share: "100" }] : others };
}

/** Sets aside another part of a holding. */
export function withShare(goal: GoalDraft, isin: string, share: string): GoalDraft {
  return { ...goal, schemes: goal.schemes.map((scheme) => (scheme.isin === isin ? { isin, share } : scheme)) };
}

/** The plan as the service takes it. */
export function planBody({ goals, mix, otherTargets }: Plan): object {
  const wanted = Object.entries(mix)
    .filter(([, percent]) => Number(plainNumber(percent)) > 0)
    .map(([name, percent]) => ({ dimension: "asset_class", name, share: toFraction(percent) }));
  return {
    goals: goals.map((goal) => ({
      ...(goal.id && { id: goal.id }),
      name: goal.name,
      target_amount: plainNumber(goal.targetAmount),
      target_date: goal.targetDate,
      annual_rate: toFraction(goal.rate) || null,
      annual_step_up: toFraction(goal.stepUp) || "0",
      monthly_amount: plainNumber(goal.monthly) || null,
      priority: Number(plainNumber(goal.priority)),
      annual_volatility: toFraction(goal.volatility) || null,
      schemes: goal.schemes.map(({ isin, share }) => ({ isin, share: toFraction(share) })),
    })),
    targets: [...wanted, ...otherTargets],
  };
}

/** The percents of the mix added up, to two decimals. */
export function mixSum(mix: Plan["mix"]): number {
  return Number(Object.values(mix).reduce((sum, percent) => sum + (Number(plainNumber(percent)) || 0), 0).toFixed(2));
}
