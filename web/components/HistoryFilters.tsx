"use client";
/** What to show of the history: about what, from when, whether it still holds, and what the reader thought of it. */
import { useEffect, useRef, useState } from "react";
import { GROUPS } from "@/lib/groups";
import { addressOf, type Filter, NO_FILTER, OPINIONS, STATUSES } from "@/lib/history";
import type { Goal } from "@/lib/insight";
import { useWording } from "./Wording";

/** A year is typed digit by digit: each is a date of its own until the next. */
const TYPING_MS = 500;

interface Props {
  readonly filter: Filter;
  readonly goals: readonly Goal[];
  readonly onChange: (filter: Filter) => void;
}

export function HistoryFilters({ filter, goals, onChange }: Props) {
  const { history, hub } = useWording().words;
  const { shown, choose } = useTyping(filter, onChange);
  const subjects = [
    ...GROUPS.map((group) => [group, hub.groups[group]] as const),
    ...goals.map(({ id, name }) => [`goal:${id}`, name] as const),
  ];
  const date = (name: "from" | "to") => (
    <label>
      {history[name]}
      <input type="date" value={shown[name]} onChange={(event) => choose({ [name]: event.target.value }, TYPING_MS)} />
    </label>
  );
  return (
    <form className="card filters" aria-label={history.filters} onSubmit={(event) => event.preventDefault()}>
      <Choice
        label={history.kind}
        any={history.anyKind}
        options={subjects}
        value={shown.about}
        onChange={(about) => choose({ about })}
      />
      {date("from")}
      {date("to")}
      <Choice
        label={history.status}
        any={history.anyStatus}
        options={STATUSES.map((status) => [status, history[status]] as const)}
        value={shown.status}
        onChange={(status) => choose({ status })}
      />
      <Choice
        label={history.feedback}
        any={history.anyFeedback}
        options={OPINIONS.map((opinion) => [opinion, history[opinion]] as const)}
        value={shown.feedback}
        onChange={(feedback) => choose({ feedback })}
      />
      <button type="button" className="button quiet-button" onClick={() => choose(NO_FILTER)}>
        {history.clear}
      </button>
    </form>
  );
}

interface ChoiceProps {
  readonly label: string;
  readonly any: string;
  readonly options: readonly (readonly [value: string, word: string])[];
  readonly value: string;
  readonly onChange: (value: string) => void;
}

function Choice({ label, any, options, value, onChange }: ChoiceProps) {
  return (
    <label>
      {label}
      <select value={value} onChange={(event) => onChange(event.target.value)}>
        <option value="">{any}</option>
        {options.map(([option, word]) => (
          <option key={option} value={option}>
            {word}
          </option>
        ))}
      </select>
    </label>
  );
}

/** What the fields show: the page's filter, or what is being typed until it is the page's. */
function useTyping(filter: Filter, onChange: (filter: Filter) => void) {
  const address = addressOf(filter);
  const [typed, setTyped] = useState({ filter, address });
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  // Another address, whoever chose it, is what the fields say from now on.
  if (typed.address !== address) setTyped({ filter, address });
  const choose = (changed: Partial<Filter>, wait = 0): void => {
    const next = { ...typed.filter, ...changed };
    setTyped({ filter: next, address });
    clearTimeout(timer.current);
    timer.current = setTimeout(() => onChange(next), wait);
  };
  return { shown: typed.filter, choose };
}
