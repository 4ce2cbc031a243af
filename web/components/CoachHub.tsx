"use client";
/** The Coach Hub's live part: the run beside the insights, which grow as the run speaks. */
import { useCoachRun } from "@/hooks/useCoachRun";
import { type Insight, mergeInsights } from "@/lib/insight";
import { words } from "@/lib/words";
import { InsightCard } from "./InsightCard";
import { RunPanel } from "./RunPanel";

const SHOWN = 10;

interface Props {
  /** The newest insights as the server read them, or null when it could not. */
  readonly saved: readonly Insight[] | null;
  /** The run that was under way when the page was made. */
  readonly activeSessionId: string | null;
}

export function CoachHub({ saved, activeSessionId }: Props) {
  const coach = useCoachRun(activeSessionId);
  const { insights: live, drafts } = coach.state;
  const known = new Set(saved?.map(({ id }) => id));
  const shown = mergeInsights(saved ?? [], live).slice(0, SHOWN);
  const empty = shown.length === 0 && Object.keys(drafts).length === 0;
  return (
    <div className="hub">
      <RunPanel {...coach} />
      <section className="insights" aria-labelledby="insights-title">
        <h2 id="insights-title">{words.hub.insights}</h2>
        {saved === null && <LoadError />}
        {empty && saved !== null && <Empty />}
        {Object.entries(drafts).map(([key, text]) => (
          <Draft key={key} text={text} />
        ))}
        {shown.map((insight) => (
          <InsightCard key={insight.id} insight={insight} fresh={!known.has(insight.id)} />
        ))}
      </section>
    </div>
  );
}

function Empty() {
  return (
    <div className="card empty">
      <h3>{words.hub.emptyTitle}</h3>
      <p>{words.hub.emptyLead}</p>
    </div>
  );
}

function LoadError() {
  return (
    <div className="card failure" role="alert">
      <p>{words.hub.loadError}</p>
      <a className="button" href="/">
        {words.hub.reload}
      </a>
    </div>
  );
}

function Draft({ text }: { text: string }) {
  return (
    <article className="card insight" aria-busy="true" aria-label={words.run.writing}>
      <p className="prose">{text}</p>
    </article>
  );
}
