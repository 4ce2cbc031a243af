"use client";
/** Figures that open up: tap one to read how it was computed, from what, and as of when. */
import { Fragment, type ReactNode, useId, useState } from "react";
import { inReadingOrder, leadingFigures } from "@/lib/fact-order";
import { fill } from "@/lib/fill";
import { splitFigures } from "@/lib/figures";
import { formatDate } from "@/lib/format";
import type { Fact } from "@/lib/insight";
import { CLOSING, type Decorate, together } from "@/lib/markdown";
import { Icon } from "./icons";
import { useWording } from "./Wording";

const FIGURES_SHOWN = 6;

type Facts = readonly Fact[];

interface Opened {
  readonly facts: Facts;
  readonly panelId: string;
  readonly toggle: (facts: Facts) => void;
}

function useOpened(): Opened {
  const [facts, setFacts] = useState<Facts>([]);
  const panelId = useId();
  return { facts, panelId, toggle: (next) => setFacts((now) => (keysOf(now) === keysOf(next) ? [] : next)) };
}

function keysOf(facts: Facts): string {
  return facts.map(({ key }) => key).join(" ");
}

/** Words whose figures can be opened; the explanation follows the words. */
export function WithFigures({ facts, children }: { facts: Facts; children: (figures: Decorate) => ReactNode }) {
  const opened = useOpened();
  const decorate: Decorate = (text) => {
    const parts = splitFigures(text, facts);
    return parts.map((part, index) => {
      if (typeof part === "string") return index > 0 ? part.replace(CLOSING, "") : part;
      const after = parts[index + 1];
      const closing = (typeof after === "string" && CLOSING.exec(after)?.[0]) || "";
      return together(<FigureButton facts={part.facts} opened={opened} inline={part.text} />, closing, index);
    });
  };
  return (
    <>
      {children(decorate)}
      <Explanation {...opened} />
    </>
  );
}

/** The figures on the face of a card, and all of them with their explanations. */
export function FactList({ facts }: { facts: Facts }) {
  const { words } = useWording();
  const opened = useOpened();
  return (
    <>
      <dl className="facts" aria-label={words.card.facts}>
        {leadingFigures(facts, FIGURES_SHOWN).map((fact) => (
          <div key={fact.key} data-fact={fact.key}>
            <dt>{fact.label}</dt>
            <dd>
              <FigureButton facts={[fact]} opened={opened} />
            </dd>
          </div>
        ))}
      </dl>
      <Explanation {...opened} />
      <AllFacts facts={facts} />
    </>
  );
}

interface FigureProps {
  /** All that read the same: at least one. */
  readonly facts: Facts;
  readonly opened: Opened;
  /** The figure as the words around it write it. */
  readonly inline?: string;
}

function FigureButton({ facts, opened, inline }: FigureProps) {
  const { words } = useWording();
  const open = keysOf(opened.facts) === keysOf(facts);
  return (
    <button
      type="button"
      className={inline ? "figure figure-inline" : "figure"}
      aria-expanded={open}
      aria-controls={opened.panelId}
      title={words.card.how}
      data-figure={keysOf(facts)}
      onClick={() => opened.toggle(facts)}
    >
      {inline ?? facts[0]?.text}
    </button>
  );
}

function Explanation({ facts, panelId, toggle }: Opened) {
  return (
    // Always mounted: a live region that appears together with its text is not read out.
    <div id={panelId} className="explanation" role="status">
      {facts.map((fact, index) => (
        <Fragment key={fact.key}>
          <p className="explanation-head">
            <strong>
              {fact.label}: {fact.text}
            </strong>
            {index === 0 && <CloseButton close={() => toggle(facts)} />}
          </p>
          <How fact={fact} />
          <AsOf fact={fact} />
        </Fragment>
      ))}
    </div>
  );
}

function CloseButton({ close }: { close: () => void }) {
  const { words, calendar } = useWording();
  return (
    <button type="button" className="icon-button" onClick={close} aria-label={words.card.close} lang={calendar.locale}>
      <Icon name="cross" />
    </button>
  );
}

function How({ fact }: { fact: Fact }) {
  const { words, calendar } = useWording();
  return fact.how ? <p>{fact.how}</p> : <p lang={calendar.locale}>{words.card.noHow}</p>;
}

function AsOf({ fact }: { fact: Fact }) {
  const { words, calendar } = useWording();
  if (!fact.asOf) return null;
  return (
    <p className="muted" lang={calendar.locale}>
      {fill(words.card.asOf, { date: formatDate(fact.asOf, calendar) })}
    </p>
  );
}

function AllFacts({ facts }: { facts: Facts }) {
  const { words, calendar } = useWording();
  return (
    <details className="how">
      <summary lang={calendar.locale}>
        <Icon name="chevron" />
        {words.card.how}
      </summary>
      <dl>
        {inReadingOrder(facts).map((fact) => (
          <div key={fact.key}>
            <dt>
              {fact.label}: {fact.text}
            </dt>
            <dd>
              <How fact={fact} />
              <AsOf fact={fact} />
            </dd>
          </div>
        ))}
      </dl>
    </details>
  );
}
