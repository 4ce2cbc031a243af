/** One insight: how serious, what it says, the figures, the picture, and how each figure came about. */
import { inReadingOrder, leadingFigures } from "@/lib/fact-order";
import { formatDate, formatInstant } from "@/lib/format";
import type { Fact, Insight, Recommendation } from "@/lib/insight";
import { renderMarkdown } from "@/lib/markdown";
import { fill, lookup, words } from "@/lib/words";
import { Icon, isIcon } from "./icons";
import { ValueChart } from "./ValueChart";

export function InsightCard({ insight, fresh }: { insight: Insight; fresh: boolean }) {
  const headingId = `insight-${insight.id}`;
  return (
    <article
      className="card insight"
      aria-labelledby={headingId}
      data-insight-id={insight.id}
      data-fresh={fresh || undefined}
    >
      <header className="insight-head">
        <Severity severity={insight.severity} />
        {fresh && <span className="badge">{words.card.new}</span>}
        <time dateTime={`${insight.createdAt.slice(0, 19)}Z`}>{formatInstant(insight.createdAt)}</time>
      </header>
      <h3 id={headingId}>{insight.title}</h3>
      <div className="prose">{renderMarkdown(insight.bodyMd)}</div>
      <ValueChart series={insight.series} />
      {insight.facts.length > 0 && <Facts facts={insight.facts} />}
      {insight.recommendations.map((recommendation) => (
        <NextStep key={recommendation.id} {...recommendation} />
      ))}
    </article>
  );
}

function Severity({ severity }: { severity: string }) {
  const label = lookup(words.card.severity, severity) ?? severity;
  return (
    <span className="severity" data-severity={severity}>
      <Icon name={isIcon(severity) ? severity : "info"} />
      {label}
    </span>
  );
}

const FIGURES_SHOWN = 6;

function Facts({ facts }: { facts: readonly Fact[] }) {
  return (
    <>
      <dl className="facts" aria-label={words.card.facts}>
        {leadingFigures(facts, FIGURES_SHOWN).map(({ key, label, text }) => (
          <div key={key} data-fact={key}>
            <dt>{label}</dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
      <details className="how">
        <summary>
          <Icon name="chevron" />
          {words.card.how}
        </summary>
        <dl>
          {inReadingOrder(facts).map((fact) => (
            <div key={fact.key}>
              <dt>
                {fact.label}: {fact.text}
              </dt>
              <dd>{explanation(fact)}</dd>
            </div>
          ))}
        </dl>
      </details>
    </>
  );
}

/** Where a figure comes from, in one line. */
function explanation({ how, asOf }: Fact): string {
  const day = asOf && fill(words.card.asOf, { date: formatDate(asOf) });
  return [how, day].filter(Boolean).join(", ");
}

function NextStep({ title, body }: Recommendation) {
  return (
    <aside className="next-step" aria-label={words.card.next}>
      <h4>{title}</h4>
      <div className="prose">{renderMarkdown(body)}</div>
    </aside>
  );
}
