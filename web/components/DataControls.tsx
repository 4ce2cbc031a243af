"use client";
/** A person's data is theirs: take all of it along, or delete all of it after typing one's own address. */
import { type FormEvent, useState } from "react";
import { fill } from "@/lib/fill";
import { deleteEverything } from "@/lib/owner-calls";
import { refusalText } from "@/lib/wording";
import { Icon } from "./icons";
import { useWording } from "./Wording";

type Stage = "closed" | "asking" | "deleting" | "deleted";

export function DataControls({ email }: { email: string }) {
  const { preferences } = useWording().words;
  const [stage, setStage] = useState<Stage>("closed");
  return (
    <section className="card form" aria-labelledby="data-title">
      <h2 id="data-title">{preferences.data}</h2>
      <p className="muted">{preferences.exportHelp}</p>
      <a className="button" href="/api/ai/coach/export" download>
        <Icon name="download" />
        {preferences.export}
      </a>
      <p className="muted">{preferences.deleteHelp}</p>
      {stage === "closed" && (
        <button type="button" className="button danger" onClick={() => setStage("asking")}>
          {preferences.delete}
        </button>
      )}
      {(stage === "asking" || stage === "deleting") && <Confirm email={email} stage={stage} setStage={setStage} />}
      <p role="status">{stage === "deleted" && preferences.deleted}</p>
    </section>
  );
}

function Confirm({ email, stage, setStage }: { email: string; stage: Stage; setStage: (stage: Stage) => void }) {
  const { words } = useWording();
  const { preferences } = words;
  const [typed, setTyped] = useState("");
  const [code, setCode] = useState<string | null>(null);
  const confirmed = typed.trim().toLowerCase() === email.toLowerCase();
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (!confirmed) return;
    setStage("deleting");
    const outcome = await deleteEverything();
    if (!outcome.ok) setCode(outcome.code);
    setStage(outcome.ok ? "deleted" : "asking");
  };
  return (
    <form className="confirm" onSubmit={(event) => void submit(event)}>
      <label htmlFor="confirm-delete">{fill(preferences.deleteConfirm, { email })}</label>
      <input
        id="confirm-delete"
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
      />
      <p className="form-error" role="alert">
        {code && refusalText(words, code)}
      </p>
      <div className="form-end">
        <button className="button danger" disabled={!confirmed || stage === "deleting"}>
          {preferences.deleteButton}
        </button>
        <button type="button" className="button" onClick={() => setStage("closed")}>
          {preferences.deleteCancel}
        </button>
      </div>
    </form>
  );
}
