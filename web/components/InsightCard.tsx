"use client";
/** One insight: how serious, what it says, the picture, figures that open up, hints, and what the reader thinks of it. */
import type { ReactNode } from "react";
import { lookup } from "@/lib/fill";
import { formatInstant, unbroken } from "@/lib/format";
import type { Insight } from "@/lib/insight";
import { renderMarkdown } from "@/lib/markdown";
import { languageOf } from "@/lib/script";
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
  const { calendar } = useWording();
  const headingId = `insight-${insight.id}`;
  const Frame = compact ? Compact : Open;
  return (
    // A card keeps the language it was written in; what the page says around its words is in the reader's.
    <article
      className="card insight"
      lang={languageOf(insight)}
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
        <footer className="insight-foot" lang={calendar.locale}>
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
      <Head insight={insight} fresh={fresh} />
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
        <h3 id={headingId}>{unbroken(insight.title)}</h3>
        <Head insight={insight} fresh={fresh} />
      </summary>
      <div className="insight">{children}</div>
    </details>
  );
}

function Head({ insight, fresh }: { insight: Insight; fresh: boolean }) {
  const { words, calendar } = useWording();
  const written = languageOf(insight);
  return (
    <span className="insight-head" lang={calendar.locale}>
      <Severity severity={insight.severity} />
      <Fresh fresh={fresh} />
      {written !== calendar.locale && <span className="muted">{words.card.writtenIn[written]}</span>}
      <MadeAt createdAt={insight.createdAt} />
    </span>
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
