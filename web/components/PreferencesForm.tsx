"use client";
/** Language, time zone, focus and the language model; saved together, and said when it is done. */
import { useRouter } from "next/navigation";
import { type FormEvent, useState } from "react";
import { savePreferences } from "@/lib/owner-calls";
import { type Preferences, preferencesFrom } from "@/lib/preferences";
import { refusalText } from "@/lib/wording";
import { LanguageChoice } from "./LanguageChoice";
import { useWording } from "./Wording";

const FOCUSES = ["performance", "goals", "allocation", "discipline"] as const;

interface Props {
  readonly saved: Preferences;
  readonly timeZones: readonly string[];
}

export function PreferencesForm({ saved, timeZones }: Props) {
  const { words } = useWording();
  const { save, state } = useSaving();
  const { preferences } = words;
  return (
    <form className="card form" onSubmit={save}>
      <LanguageChoice chosen={saved.locale} />
      <label htmlFor="timezone">{preferences.timezone}</label>
      <input id="timezone" name="timezone" list="timezones" defaultValue={saved.timezone} required />
      <datalist id="timezones">
        {timeZones.map((zone) => (
          <option key={zone} value={zone} />
        ))}
      </datalist>
      <fieldset aria-describedby="focus-help">
        <legend>{preferences.focus}</legend>
        <p id="focus-help" className="muted">
          {preferences.focusHelp}
        </p>
        {FOCUSES.map((focus) => (
          <label key={focus} className="choice">
            <input type="checkbox" name="focus" value={focus} defaultChecked={saved.focus.includes(focus)} />
            {preferences.focuses[focus]}
          </label>
        ))}
      </fieldset>
      <ModelFields saved={saved} />
      <label className="choice">
        <input type="checkbox" name="email_opt_in" defaultChecked={saved.email_opt_in} />
        {preferences.email}
      </label>
      <p className="form-error" role="alert">
        {state.code && refusalText(words, state.code)}
      </p>
      <div className="form-end">
        <button className="button primary" disabled={state.saving}>
          {preferences.save}
        </button>
        <span role="status">{state.done && preferences.saved}</span>
      </div>
    </form>
  );
}

function ModelFields({ saved }: { saved: Preferences }) {
  const { preferences } = useWording().words;
  return (
    <>
      <label className="choice">
        <input
          type="checkbox"
          name="llm_enabled"
          defaultChecked={saved.llm_enabled}
          aria-describedby="model-help"
        />
        {preferences.model}
      </label>
      <p id="model-help" className="muted">
        {preferences.modelHelp}
      </p>
      <label htmlFor="token_budget">{preferences.budget}</label>
      <input
        id="token_budget"
        name="token_budget"
        type="number"
        min={0}
        max={10_000_000}
        step={1}
        defaultValue={saved.token_budget ?? ""}
        aria-describedby="budget-help"
      />
      <p id="budget-help" className="muted">
        {preferences.budgetHelp}
      </p>
    </>
  );
}

interface Saving {
  readonly saving: boolean;
  readonly done: boolean;
  readonly code: string | null;
}

function useSaving() {
  const router = useRouter();
  const [state, setState] = useState<Saving>({ saving: false, done: false, code: null });
  const save = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    const changed = preferencesFrom(new FormData(event.currentTarget));
    setState({ saving: true, done: false, code: null });
    const outcome = await savePreferences(changed);
    setState({ saving: false, done: outcome.ok, code: outcome.ok ? null : outcome.code });
    // The whole page is made anew: its language may be another one now.
    if (outcome.ok) router.refresh();
  };
  return { save: (event: FormEvent<HTMLFormElement>) => void save(event), state };
}
