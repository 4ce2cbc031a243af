"use client";
/** Goals and the wanted mix, edited together and saved together; what a goal assumes is the person's own. */
import Link from "next/link";
import { type FormEvent, useState } from "react";
import { fill } from "@/lib/fill";
import { formatPercent } from "@/lib/format";
import { savePlan } from "@/lib/owner-calls";
import { CLASSES, emptyGoal, type GoalDraft, mixSum, parsePlan, type Plan } from "@/lib/plan";
import { refusalText } from "@/lib/wording";
import { GoalFields } from "./GoalFields";
import { useWording } from "./Wording";

export function PlanForm({ saved }: { saved: Plan }) {
  const { words } = useWording();
  const [plan, setPlan] = useState(saved);
  const { state, save } = useSavingPlan(plan, setPlan);
  const change = (goals: readonly GoalDraft[]): void => setPlan({ ...plan, goals });
  const sum = mixSum(plan.mix);
  return (
    <form className="insights" onSubmit={save}>
      {plan.goals.length === 0 && <p className="muted">{words.goals.none}</p>}
      {plan.goals.map((goal) => (
        <GoalFields
          key={goal.key}
          goal={goal}
          holdings={plan.holdings}
          onChange={(changed) => change(plan.goals.map((old) => (old.key === goal.key ? changed : old)))}
          onRemove={() => change(plan.goals.filter(({ key }) => key !== goal.key))}
        />
      ))}
      <button
        type="button"
        className="button"
        onClick={() => change([...plan.goals, emptyGoal(crypto.randomUUID())])}
      >
        {words.goals.add}
      </button>
      <MixFields mix={plan.mix} onChange={(mix) => setPlan({ ...plan, mix })} />
      <p className="form-error" role="alert">
        {state.code && refusalText(words, state.code)}
      </p>
      <div className="form-end">
        <button className="button primary" disabled={state.saving || (sum !== 0 && sum !== 100)}>
          {words.preferences.save}
        </button>
        <span role="status">{state.done && words.preferences.saved}</span>
        {state.done && <Link href="/">{words.import.toHub}</Link>}
      </div>
    </form>
  );
}

function MixFields({ mix, onChange }: { mix: Plan["mix"]; onChange: (mix: Plan["mix"]) => void }) {
  const { words, calendar } = useWording();
  const sum = mixSum(mix);
  return (
    <fieldset className="card form">
      <legend className="sr-only">{words.goals.mix}</legend>
      <h2 aria-hidden="true">{words.goals.mix}</h2>
      <p className="muted">{words.goals.mixHelp}</p>
      <div className="filters">
        {CLASSES.map((name) => (
          <label key={name}>
            {words.card.classes[name]}
            <input
              type="number"
              min={0}
              max={100}
              step="0.01"
              value={mix[name] ?? ""}
              onChange={(event) => onChange({ ...mix, [name]: event.target.value })}
            />
          </label>
        ))}
      </div>
      <p role="status" className={sum === 0 || sum === 100 ? "muted" : "form-error"}>
        {fill(words.goals.sum, { sum: formatPercent(sum, calendar) })}
      </p>
    </fieldset>
  );
}

function useSavingPlan(plan: Plan, setPlan: (plan: Plan) => void) {
  const [state, setState] = useState({ saving: false, done: false, code: null as string | null });
  const send = async (): Promise<void> => {
    setState({ saving: true, done: false, code: null });
    const outcome = await savePlan(plan);
    const stored = outcome.ok ? parsePlan(outcome.body) : null;
    // New goals have ids now: without them a second save would add them again.
    if (stored) setPlan(stored);
    setState({ saving: false, done: stored !== null, code: outcome.ok ? (stored ? null : "bad_gateway") : outcome.code });
  };
  const save = (event: FormEvent): void => {
    event.preventDefault();
    void send();
  };
  return { state, save };
}
