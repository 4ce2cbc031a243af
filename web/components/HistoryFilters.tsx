"use client";
/** What to show of the history: about what, from when, and what the reader thought of it. */
import type { GroupName } from "@/lib/groups";
import { type FeedbackFilter, type Filter, NO_FILTER } from "@/lib/history";
import { useWording } from "./Wording";

const KINDS: readonly GroupName[] = ["portfolio", "goals", "allocation", "discipline", "funds", "data"];

interface Props {
  readonly filter: Filter;
  readonly onChange: (filter: Filter) => void;
}

export function HistoryFilters({ filter, onChange }: Props) {
  const { history, hub } = useWording().words;
  return (
    <form className="card filters" aria-label={history.filters} onSubmit={(event) => event.preventDefault()}>
      <label>
        {history.kind}
        <select value={filter.kind} onChange={(event) => onChange({ ...filter, kind: event.target.value as Filter["kind"] })}>
          <option value="any">{history.anyKind}</option>
          {KINDS.map((kind) => (
            <option key={kind} value={kind}>
              {hub.groups[kind]}
            </option>
          ))}
        </select>
      </label>
      <label>
        {history.from}
        <input type="date" value={filter.from} onChange={(event) => onChange({ ...filter, from: event.target.value })} />
      </label>
      <label>
        {history.to}
        <input type="date" value={filter.to} onChange={(event) => onChange({ ...filter, to: event.target.value })} />
      </label>
      <label>
        {history.feedback}
        <select
          value={filter.feedback}
          onChange={(event) => onChange({ ...filter, feedback: event.target.value as FeedbackFilter })}
        >
          <option value="any">{history.anyFeedback}</option>
          <option value="helpful">{history.helpful}</option>
          <option value="unhelpful">{history.unhelpful}</option>
          <option value="none">{history.unanswered}</option>
        </select>
      </label>
      <button type="button" className="button quiet-button" onClick={() => onChange(NO_FILTER)}>
        {history.clear}
      </button>
    </form>
  );
}
