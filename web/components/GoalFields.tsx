"use client";
/** One goal: what for, how much, by when, what is put in, what is assumed, and which holdings are for it. */
import { useState } from "react";
import { formatDate, formatFigure } from "@/lib/format";
import { type Field as FieldName, FIELD_NAMES, FIELDS } from "@/lib/goal-fields";
import { type GoalDraft, type Holding, plainNumber } from "@/lib/plan";
import { Field } from "./Field";
import { GoalHoldings } from "./GoalHoldings";
import { Icon } from "./icons";
import { useWording } from "./Wording";

interface Props {
  readonly goal: GoalDraft;
  readonly holdings: readonly Holding[];
  /** By holding, the percents that all goals lay claim to. */
  readonly promised: ReadonlyMap<string, number>;
  readonly checked: boolean;
  /** Its fields are in sight from the start. */
  readonly open: boolean;
  readonly onChange: (goal: GoalDraft) => void;
  readonly onRemove: () => void;
}

const MAX_NAME = 120;

export function GoalFields({ goal, holdings, promised, checked, open, onChange, onRemove }: Props) {
  const { goals } = useWording().words;
  // Later it is the reader's to fold and to open.
  const [opened] = useState(open);
  const set = (field: FieldName) => (value: string) => onChange({ ...goal, [field]: value });
  return (
    <fieldset className="card goal">
      <legend className="sr-only">{goal.name || goals.newGoal}</legend>
      <details className="fold" open={opened}>
        <summary>
          <Icon name="chevron" />
          <h2>{goal.name || goals.newGoal}</h2>
          <GoalGist goal={goal} />
        </summary>
        <div className="form">
          <div className="filters">
            {FIELD_NAMES.map((field) => (
              <Field
                key={field}
                label={goals.fields[field]}
                value={goal[field]}
                rule={FIELDS[field]}
                checked={checked}
                maxLength={field === "name" ? MAX_NAME : undefined}
                onChange={set(field)}
              />
            ))}
          </div>
          <p className="muted">{goals.rateHelp}</p>
          <p className="muted">{goals.volatilityHelp}</p>
          {holdings.length > 0 && (
            <GoalHoldings goal={goal} holdings={holdings} promised={promised} checked={checked} onChange={onChange} />
          )}
          <button type="button" className="button quiet-button" onClick={onRemove}>
            {goals.remove}
          </button>
        </div>
      </details>
    </fieldset>
  );
}

/** How much and by when, for a goal that is folded. */
function GoalGist({ goal }: { goal: GoalDraft }) {
  const { calendar } = useWording();
  const amount = Number(plainNumber(goal.targetAmount));
  if (!amount || !goal.targetDate) return null;
  return (
    <span className="gist">
      {formatFigure(amount, "INR", calendar)} · {formatDate(goal.targetDate, calendar)}
    </span>
  );
}
