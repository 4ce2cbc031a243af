"use client";
/** The import in its three steps: choose a file, read what it would change, confirm. The file stays in this page. */
import { type FormEvent, useReducer } from "react";
import { importState, reduceImport } from "@/lib/import-state";
import { sendStatement } from "@/lib/owner-calls";
import { parseReport } from "@/lib/statement";
import { failureText } from "@/lib/statement-words";
import { Icon } from "./icons";
import { ReportCard } from "./ReportCard";
import { useWording } from "./Wording";

const ALLOW_ALIKE = "allow_duplicates";
const NO_ANSWER = { code: "bad_gateway", detail: "" };

export function StatementImport() {
  const { words } = useWording();
  const { import: text } = words;
  const [state, dispatch] = useReducer(reduceImport, importState);
  const send = async (form: FormData, preview: boolean): Promise<void> => {
    dispatch({ type: "sent", preview });
    const outcome = await sendStatement(form, preview);
    const report = outcome.ok ? parseReport(outcome.body) : null;
    if (!report) dispatch({ type: "refused", failure: outcome.ok ? NO_ANSWER : outcome });
    else if (preview) dispatch({ type: "previewed", form, report });
    else dispatch({ type: "imported", report });
  };
  const { stage, form, report, failure } = state;
  const busy = stage === "reading" || stage === "importing";
  return (
    <>
      {!report && (
        <ChooseForm busy={busy} onChosen={(chosen) => void send(chosen, true)} />
      )}
      {busy && <Busy label={stage === "reading" ? text.reading : text.importing} />}
      <p className="form-error" role="alert">
        {failure && failureText(failure, words)}
        {/* What this page has no words for yet, the service says in English. */}
        {failure?.code === "not_a_statement" && !failure.reason && <span lang="en"> {failure.detail}</span>}
      </p>
      {report && (
        <ReportCard
          report={report}
          done={stage === "done"}
          busy={busy}
          alikeAllowed={form?.get(ALLOW_ALIKE) === "true"}
          onAllowAlike={(allowed) => form && void send(withAlike(form, allowed), true)}
          onConfirm={() => form && void send(form, false)}
          onAnother={() => dispatch({ type: "restarted" })}
        />
      )}
    </>
  );
}

function withAlike(form: FormData, allowed: boolean): FormData {
  const changed = new FormData();
  for (const [name, value] of form) changed.set(name, value);
  changed.set(ALLOW_ALIKE, String(allowed));
  return changed;
}

function Busy({ label }: { label: string }) {
  return (
    <div className="busy">
      <p role="status">{label} …</p>
      <progress aria-label={label} data-busy />
    </div>
  );
}

function ChooseForm({ busy, onChosen }: { busy: boolean; onChosen: (form: FormData) => void }) {
  const { import: text } = useWording().words;
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    onChosen(new FormData(event.currentTarget));
  };
  return (
    <form className="card form" onSubmit={submit}>
      <label htmlFor="file">{text.file}</label>
      <input
        id="file"
        name="file"
        type="file"
        accept=".pdf,.json,.csv,application/pdf,application/json,text/csv"
        required
        aria-describedby="file-help"
      />
      <p id="file-help" className="muted">
        {text.fileHelp}
      </p>
      <label htmlFor="statement-password">{text.password}</label>
      <input
        id="statement-password"
        name="password"
        type="password"
        autoComplete="off"
        aria-describedby="password-help"
      />
      <p id="password-help" className="muted">
        {text.passwordHelp}
      </p>
      <button className="button primary" disabled={busy}>
        {text.preview}
      </button>
      <p>
        <a href="#csv">{text.csvLink}</a>
      </p>
      <details className="how">
        <summary>
          <Icon name="chevron" />
          {text.where}
        </summary>
        <p>{text.whereHelp}</p>
      </details>
    </form>
  );
}
