/** The control of a run: start and cancel, where it stands, and the live console. */
import type { CoachRun } from "@/hooks/useCoachRun";
import { lookup, words } from "@/lib/words";
import { Icon } from "./icons";
import { RunConsole } from "./RunConsole";

export function RunPanel({ state, busy, cancelling, run, cancel }: CoachRun) {
  return (
    <section className="card run" aria-labelledby="run-title">
      <header className="run-head">
        <h2 id="run-title">{words.run.title}</h2>
        <p className="phase" role="status" data-phase={state.phase}>
          {phaseWord(state.phase, state.outcome)}
        </p>
      </header>
      <div className="run-buttons">
        <button type="button" className="button primary" onClick={() => void run()} disabled={busy}>
          <Icon name="play" />
          {busy ? words.run.running : words.run.button}
        </button>
        {busy && state.sessionId && (
          <button type="button" className="button" onClick={() => void cancel()} disabled={cancelling}>
            <Icon name="stop" />
            {cancelling ? words.run.cancelling : words.run.cancel}
          </button>
        )}
      </div>
      <progress
        aria-label={words.run.progress}
        max={1}
        value={state.progress}
        data-busy={busy || undefined}
      />
      <RunConsole lines={state.lines} busy={busy} />
    </section>
  );
}

function phaseWord(phase: CoachRun["state"]["phase"], outcome: string | null): string {
  const ended = phase === "finished" && outcome ? lookup(words.run.outcomes, outcome) : null;
  return ended ?? words.run.phases[phase];
}
