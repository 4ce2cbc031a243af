"use client";
/** One goal: what for, how much, by when, what is put in, at which assumed rate, and which holdings are for it. */
import { type GoalDraft, type Holding, withHolding } from "@/lib/plan";
import { useWording } from "./Wording";

interface Props {
  readonly goal: GoalDraft;
  readonly holdings: readonly Holding[];
  readonly onChange: (goal: GoalDraft) => void;
  readonly onRemove: () => void;
}

type Field = "name" | "targetAmount" | "targetDate" | "monthly" | "rate" | "stepUp";

const INPUTS: readonly (readonly [Field, object])[] = [
  ["name", { type: "text", maxLength: 120, required: true }],
  ["targetAmount", { type: "number", min: 1, step: "0.01", required: true }],
  ["targetDate", { type: "date", required: true }],
  ["monthly", { type: "number", min: 0, step: "0.01" }],
  ["rate", { type: "number", min: 2, max: 13, step: "0.01" }],
  ["stepUp", { type: "number", min: 0, max: 50, step: "0.01" }],
];

export function GoalFields({ goal, holdings, onChange, onRemove }: Props) {
  const { goals } = useWording().words;
  return (
    <fieldset className="card form">
      <legend className="sr-only">{goal.name || goals.newGoal}</legend>
      <h2 aria-hidden="true">{goal.name || goals.newGoal}</h2>
      <div className="filters">
        {INPUTS.map(([field, input]) => (
          <label key={field}>
            {goals.fields[field]}
            <input
              {...input}
              value={goal[field]}
              onChange={(event) => onChange({ ...goal, [field]: event.target.value })}
            />
          </label>
        ))}
      </div>
      <p className="muted">{goals.rateHelp}</p>
      {holdings.length > 0 && (
        <fieldset>
          <legend>{goals.holdings}</legend>
          {holdings.map(({ isin, name }) => (
            <label key={isin} className="choice">
              <input
                type="checkbox"
                checked={goal.schemes.some((scheme) => scheme.isin === isin)}
                onChange={(event) => onChange(withHolding(goal, isin, event.target.checked))}
              />
              {name}
            </label>
          ))}
        </fieldset>
      )}
      <button type="button" className="button quiet-button" onClick={onRemove}>
        {goals.remove}
      </button>
    </fieldset>
  );
}
