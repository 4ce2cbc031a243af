"use client";
/** The history and its filters: a filter is an address, so that it survives a reload and the way back. */
import { useRouter } from "next/navigation";
import { useTransition } from "react";
import { useHistory } from "@/hooks/useHistory";
import { fill } from "@/lib/fill";
import { formatCount } from "@/lib/format";
import { addressOf, type Filter, type Page } from "@/lib/history";
import type { Goal } from "@/lib/insight";
import { refusalText } from "@/lib/wording";
import { EmptyCard } from "./EmptyCard";
import { HistoryFilters } from "./HistoryFilters";
import { InsightCard } from "./InsightCard";
import { useWording } from "./Wording";

interface Props {
  readonly first: Page;
  readonly filter: Filter;
  readonly goals: readonly { readonly id: string | null; readonly name: string }[];
}

export function HistoryList({ first, filter, goals }: Props) {
  const { history } = useWording().words;
  const router = useRouter();
  const [pending, startTransition] = useTransition();
  const address = addressOf(filter);
  const choose = (changed: Filter): void =>
    startTransition(() => router.replace(`/history?${addressOf(changed)}`, { scroll: false }));
  if (first.insights.length === 0 && !address) return <EmptyCard title={history.emptyTitle} lead={history.emptyLead} />;
  const named = goals.filter((goal): goal is Goal => goal.id !== null);
  return (
    <div className="insights">
      <HistoryFilters filter={filter} goals={named} onChange={choose} />
      <Found key={`found ${address}`} first={first} filter={filter} pending={pending} />
    </div>
  );
}

function Found({ first, filter, pending }: { first: Page; filter: Filter; pending: boolean }) {
  const { words, calendar } = useWording();
  const { history } = words;
  const { insights, more, loading, complete, failure } = useHistory(first, filter);
  const count = formatCount(insights.length, calendar);
  return (
    <>
      <p className="muted" role="status">
        {loading || pending ? words.trouble.loading : fill(history.shown, { count })}
      </p>
      <h2 className="sr-only">{words.hub.insights}</h2>
      <div className="folds" aria-busy={pending}>
        {insights.map((insight) => (
          <InsightCard key={insight.id} insight={insight} compact />
        ))}
      </div>
      <p className="form-error" role="alert">
        {failure && refusalText(words, failure)}
      </p>
      {complete ? (
        <p className="muted">{insights.length === 0 ? history.noMatch : history.end}</p>
      ) : (
        <button type="button" className="button" onClick={() => void more()} disabled={loading}>
          {history.more}
        </button>
      )}
    </>
  );
}
