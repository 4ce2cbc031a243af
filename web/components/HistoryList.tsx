"use client";
/** The history with its filters; filtering looks through as many pages as it takes to fill the screen. */
import { useHistory } from "@/hooks/useHistory";
import { fill } from "@/lib/fill";
import type { Filter, Page } from "@/lib/history";
import { refusalText } from "@/lib/wording";
import { EmptyCard } from "./EmptyCard";
import { HistoryFilters } from "./HistoryFilters";
import { InsightCard } from "./InsightCard";
import { useWording } from "./Wording";

export function HistoryList({ first }: { first: Page }) {
  const { words, calendar } = useWording();
  const { shown, filter, setFilter, more, loading, complete, failure } = useHistory(first, calendar);
  const { history } = words;
  if (first.insights.length === 0) return <EmptyCard title={history.emptyTitle} lead={history.emptyLead} />;
  const count = new Intl.NumberFormat(calendar.locale).format(shown.length);
  const end = shown.length === 0 ? history.noMatch : history.end;
  return (
    <div className="insights">
      <HistoryFilters filter={filter} onChange={(changed: Filter) => setFilter(changed)} />
      <p className="muted" role="status">
        {loading ? words.trouble.loading : fill(history.shown, { count })}
      </p>
      <h2 className="sr-only">{words.hub.insights}</h2>
      <div className="folds">
        {shown.map((insight) => (
          <InsightCard key={insight.id} insight={insight} compact />
        ))}
      </div>
      <p className="form-error" role="alert">
        {failure && refusalText(words, failure)}
      </p>
      {complete ? (
        <p className="muted">{end}</p>
      ) : (
        <button type="button" className="button" onClick={more} disabled={loading}>
          {history.more}
        </button>
      )}
    </div>
  );
}
