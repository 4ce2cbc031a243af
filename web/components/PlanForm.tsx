"use client";
/** Goals and the wanted mix, edited together and saved together; what a goal assumes is the person's own. */
import Link from "next/link";
import { type FormEvent, useEffect, useRef, useState } from "react";
import { savePlan } from "@/lib/owner-calls";
import { emptyGoal, type GoalDraft, parsePlan, type Plan } from "@/lib/plan";
import { planIsSound, promised } from "@/lib/plan-check";
import { refusalText } from "@/lib/wording";
import { GoalFields } from "./GoalFields";
import { MixFields, mixIsWhole } from "./MixFields";
import { useWording } from "./Wording";

export function PlanForm({ saved }: { saved: Plan }) {
  const { words } = useWording();
  const [plan, setPlan] = useState(saved);
  const { state, save, form } = useSavingPlan(plan, setPlan);
  const change = (goals: readonly GoalDraft[]): void => setPlan({ ...plan, goals });
  const claims = promised(plan.goals);
  const unsound = state.checked && !planIsSound(plan);
  return (
    <form ref={form} className="insights" onSubmit={save} noValidate>
      {plan.goals.length === 0 && <p className="muted">{words.goals.none}</p>}
      {plan.goals.map((goal) => (
        <GoalFields
          key={goal.key}
          goal={goal}
          holdings={plan.holdings}
          promised={claims}
          checked={state.checked}
          open={goal.id === null || plan.goals.length === 1}
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
        {unsound ? words.goals.unsound : state.code && refusalText(words, state.code)}
      </p>
      <div className="form-end">
        <button className="button primary" disabled={state.saving || !mixIsWhole(plan.mix)}>
          {words.preferences.save}
        </button>
        <span role="status">{state.done && words.preferences.saved}</span>
        {state.done && <Link href="/">{words.import.toHub}</Link>}
      </div>
    </form>
  );
}

const UNSAVED = { saving: false, done: false, checked: false, code: null as string | null };

function useSavingPlan(plan: Plan, setPlan: (plan: Plan) => void) {
  const [state, setState] = useState(UNSAVED);
  const form = useRef<HTMLFormElement>(null);
  const [refusals, setRefusals] = useState(0);
  // After the faults are in the document.
  useEffect(() => {
    if (refusals > 0) showFaults(form.current);
  }, [refusals]);
  const send = async (): Promise<void> => {
    setState({ ...UNSAVED, saving: true });
    const outcome = await savePlan(plan);
    const stored = outcome.ok ? parsePlan(outcome.body) : null;
    // New goals have ids now: without them a second save would add them again.
    if (stored) setPlan(stored);
    const code = outcome.ok ? (stored ? null : "bad_gateway") : outcome.code;
    setState({ ...UNSAVED, done: stored !== null, code });
  };
  const save = (event: FormEvent): void => {
    event.preventDefault();
    if (planIsSound(plan)) return void send();
    setState({ ...UNSAVED, checked: true });
    setRefusals((count) => count + 1);
  };
  return { state, save, form };
}

/** Unfolds what holds a fault and puts the focus on the first. */
function showFaults(form: HTMLFormElement | null): void {
  const faulty = [...(form?.querySelectorAll<HTMLElement>("[aria-invalid=true]") ?? [])];
  for (const fold of form?.querySelectorAll("details:has([aria-invalid=true])") ?? [])
    (fold as HTMLDetailsElement).open = true;
  faulty[0]?.focus();
}
