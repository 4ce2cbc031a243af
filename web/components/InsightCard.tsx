"use client";
/** One insight: how serious, what it says, the picture, figures that open up, hints, and what the reader thinks of it. */
import type { ReactNode } from "react";
import { lookup } from "@/lib/fill";
import { formatInstant } from "@/lib/format";
import type { Insight } from "@/lib/insight";
import { renderMarkdown } from "@/lib/markdown";
import { FactList, WithFigures } from "./Figures";
import { HintPill } from "./HintPill";
import { Icon, isIcon } from "./icons";
import { InsightChart } from "./InsightChart";
import { Thumbs } from "./Thumbs";
import { useWording } from "./Wording";

interface Props {
  readonly insight: Insight;
  /** Came while the page was open. */
  readonly fresh?: boolean;
  /** Only its title until it is opened. */
  readonly compact?: boolean;
}

export function InsightCard({ insight, fresh = false, compact = false }: Props) {
  const headingId = `insight-${insight.id}`;
  const Frame = compact ? Compact : Open;
  return (
    <article
      className="card insight"
      aria-labelledby={headingId}
      data-insight-id={insight.id}
      data-fresh={fresh || undefined}
      data-compact={compact || undefined}
    >
      <Frame insight={insight} fresh={fresh} headingId={headingId}>
        <WithFigures facts={insight.facts}>
          {(figures) => <div className="prose">{renderMarkdown(insight.bodyMd, figures)}</div>}
        </WithFigures>
        <InsightChart insight={insight} />
        {insight.facts.length > 0 && <FactList facts={insight.facts} />}
        {insight.recommendations.map((hint) => (
          <HintPill key={hint.id} hint={hint} facts={insight.facts} />
        ))}
        <footer className="insight-foot">
          <Thumbs insight={insight} />
          <Source insight={insight} />
        </footer>
      </Frame>
    </article>
  );
}

interface FrameProps {
  readonly insight: Insight;
  readonly fresh: boolean;
  readonly headingId: string;
  readonly children: ReactNode;
}

function Open({ insight, fresh, headingId, children }: FrameProps) {
  return (
    <>
      <header className="insight-head">
        <Severity severity={insight.severity} />
        <Fresh fresh={fresh} />
        <MadeAt createdAt={insight.createdAt} />
      </header>
      <WithFigures facts={insight.facts}>{(figures) => <h3 id={headingId}>{figures(insight.title)}</h3>}</WithFigures>
      {children}
    </>
  );
}

function Compact({ insight, fresh, headingId, children }: FrameProps) {
  return (
    <details className="fold">
      <summary>
        <Icon name="chevron" />
        <h3 id={headingId}>{insight.title}</h3>
        <span className="insight-head">
          <Severity severity={insight.severity} />
          <Fresh fresh={fresh} />
          <MadeAt createdAt={insight.createdAt} />
        </span>
      </summary>
      <div className="insight">{children}</div>
    </details>
  );
}

function Fresh({ fresh }: { fresh: boolean }) {
  const { words } = useWording();
  return fresh && <span className="badge">{words.card.new}</span>;
}

function MadeAt({ createdAt }: { createdAt: string }) {
  const { calendar } = useWording();
  return <time dateTime={`${createdAt.slice(0, 19)}Z`}>{formatInstant(createdAt, calendar)}</time>;
}

function Severity({ severity }: { severity: string }) {
  const { words } = useWording();
  return (
    <span className="severity" data-severity={severity}>
      <Icon name={isIcon(severity) ? severity : "info"} />
      {lookup(words.card.severity, severity) ?? severity}
    </span>
  );
}

/** Who worded this card and, where a model was asked in vain, why it is not the model. */
function Source({ insight: { source, reason } }: { insight: Insight }) {
  const { card } = useWording().words;
  const word = lookup(card.source, source);
  const why = lookup(card.reason, reason?.split("_")[0] ?? "");
  return word && <p className="source">{why ? `${word}: ${why}` : word}</p>;
}
