/** What is wrong with a plan before it is sent: a word for each field, so that nobody has to guess. */
import { FIELD_NAMES, FIELDS, MIX_SHARE, type Rule, SHARE } from "./goal-fields";
import { type GoalDraft, type Plan, plainNumber } from "./plan";

export type FaultCode = "required" | "number" | "whole" | "range" | "date";

export interface Fault {
  readonly code: FaultCode;
  readonly min?: number | undefined;
  readonly max?: number | undefined;
}

const NUMBER = /^-?\d+(\.\d{1,2})?$/;
const WHOLE = /^-?\d+$/;
const DAY = /^\d{4}-\d\d-\d\d$/;

/** What keeps `text` from being a value of that rule, or null. */
export function faultOf(text: string, { kind, required = false, min, max }: Rule): Fault | null {
  if (text.trim() === "") return required ? { code: "required" } : null;
  if (kind === "text") return null;
  if (kind === "date") return DAY.test(text) ? null : { code: "date" };
  const plain = plainNumber(text);
  if (kind === "whole" && !WHOLE.test(plain)) return { code: "whole" };
  if (!NUMBER.test(plain)) return { code: "number" };
  const value = Number(plain);
  const outside = (min !== undefined && value < min) || (max !== undefined && value > max);
  return outside ? { code: "range", min, max } : null;
}

function goalIsSound(goal: GoalDraft): boolean {
  const fields = FIELD_NAMES.map((field) => faultOf(goal[field], FIELDS[field]));
  const shares = goal.schemes.map(({ share }) => faultOf(share, SHARE));
  return [...fields, ...shares].every((fault) => fault === null);
}

/** Whether the service would take the plan, as far as its fields tell. */
export function planIsSound({ goals, mix }: Plan): boolean {
  return goals.every(goalIsSound) && Object.values(mix).every((share) => faultOf(share, MIX_SHARE) === null);
}

/** By holding, the percents that all goals together lay claim to. */
export function promised(goals: readonly GoalDraft[]): ReadonlyMap<string, number> {
  const sums = new Map<string, number>();
  for (const { isin, share } of goals.flatMap(({ schemes }) => schemes))
    sums.set(isin, (sums.get(isin) ?? 0) + (Number(plainNumber(share)) || 0));
  return sums;
}
