"use client";
/** Which holdings are set aside for a goal, and how much of each. */
import { useState } from "react";
import { fill } from "@/lib/fill";
import { formatCount, formatPercent } from "@/lib/format";
import { SHARE } from "@/lib/goal-fields";
import { type GoalDraft, type Holding, withHolding, withShare } from "@/lib/plan";
import { Field } from "./Field";
import { Icon } from "./icons";
import { useWording } from "./Wording";

interface Props {
  readonly goal: GoalDraft;
  readonly holdings: readonly Holding[];
  readonly promised: ReadonlyMap<string, number>;
  readonly checked: boolean;
  readonly onChange: (goal: GoalDraft) => void;
}

export function GoalHoldings({ goal, holdings, promised, checked, onChange }: Props) {
  const { words, calendar } = useWording();
  const { goals } = words;
  const chosen = new Map(goal.schemes.map(({ isin, share }) => [isin, share]));
  const [opened] = useState(goal.id === null);
  const count = formatCount(chosen.size, calendar);
  return (
    <details className="how holdings" open={opened}>
      <summary>
        <Icon name="chevron" />
        {fill(goals.holdings, { count })}
      </summary>
      <div role="group" aria-label={fill(goals.holdings, { count })}>
        {holdings.map(({ isin, name }) => {
          const share = chosen.get(isin);
          return (
            <div key={isin} className="holding">
              <label className="choice">
                <input
                  type="checkbox"
                  checked={share !== undefined}
                  onChange={(event) => onChange(withHolding(goal, isin, event.target.checked))}
                />
                {name}
              </label>
              {share !== undefined && (
                <Field
                  label={fill(goals.shareOf, { fund: name })}
                  hiddenLabel
                  value={share}
                  rule={SHARE}
                  checked={checked}
                  onChange={(changed) => onChange(withShare(goal, isin, changed))}
                />
              )}
              {share !== undefined && (promised.get(isin) ?? 0) > 100 && (
                <p className="muted">{fill(goals.promised, { sum: formatPercent(promised.get(isin) ?? 0, calendar) })}</p>
              )}
            </div>
          );
        })}
      </div>
    </details>
  );
}
