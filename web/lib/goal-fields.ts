/** What may stand in each field of a goal, as the service takes it; amounts in rupees, rates in percent. */
import type { GoalDraft } from "./plan";

export type Field = Exclude<keyof GoalDraft, "key" | "id" | "schemes">;

export interface Rule {
  readonly kind: "text" | "date" | "number" | "whole";
  readonly required?: boolean;
  readonly min?: number;
  readonly max?: number;
}

export const FIELDS: Readonly<Record<Field, Rule>> = {
  name: { kind: "text", required: true },
  targetAmount: { kind: "number", required: true, min: 1, max: 1e12 },
  targetDate: { kind: "date", required: true },
  monthly: { kind: "number", min: 0, max: 1e12 },
  rate: { kind: "number", min: 2, max: 13 },
  stepUp: { kind: "number", min: 0, max: 50 },
  priority: { kind: "whole", required: true, min: 1, max: 20 },
  volatility: { kind: "number", min: 0, max: 60 },
};

export const SHARE: Rule = { kind: "number", required: true, min: 0.01, max: 100 };
export const MIX_SHARE: Rule = { kind: "number", min: 0, max: 100 };

export const FIELD_NAMES = Object.keys(FIELDS) as Field[];
