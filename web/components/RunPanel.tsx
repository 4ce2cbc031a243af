"use client";
/** The control of a run: start and cancel, where it stands, and the live console. */
import type { CoachRun } from "@/hooks/useCoachRun";
import { lookup } from "@/lib/fill";
import { Icon } from "./icons";
import { RunConsole } from "./RunConsole";
import { useWording } from "./Wording";

export function RunPanel({ state, busy, cancelling, run, cancel }: CoachRun) {
  const words = useWording().words.hub.run;
  const ended = state.phase === "finished" && state.outcome ? lookup(words.outcomes, state.outcome) : null;
  return (
    <section className="card run" aria-labelledby="run-title">
      <header className="run-head">
        <h2 id="run-title">{words.title}</h2>
        <p className="phase" role="status" data-phase={state.phase}>
          {ended ?? words.phases[state.phase]}
        </p>
      </header>
      <div className="run-buttons">
        <button type="button" className="button primary" onClick={() => void run()} disabled={busy}>
          <Icon name="play" />
          {busy ? words.running : words.button}
        </button>
        {busy && state.sessionId && (
          <button type="button" className="button" onClick={() => void cancel()} disabled={cancelling}>
            <Icon name="stop" />
            {cancelling ? words.cancelling : words.cancel}
          </button>
        )}
      </div>
      <progress aria-label={words.progress} max={1} value={state.progress} data-busy={busy || undefined} />
      <RunConsole lines={state.lines} busy={busy} />
    </section>
  );
}
