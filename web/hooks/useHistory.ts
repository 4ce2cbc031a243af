"use client";
/** The history page by page: reads on until the filter has found a screenful, or until there is no more. */
import { useCallback, useEffect, useMemo, useState } from "react";
import type { Calendar } from "@/lib/calendar";
import { type Filter, matches, NO_FILTER, type Page, parsePage } from "@/lib/history";
import { type Insight, mergeInsights } from "@/lib/insight";
import { readInsights } from "@/lib/owner-calls";

const SCREENFUL = 20;
const PAGE = 100;

export interface History {
  readonly shown: readonly Insight[];
  readonly filter: Filter;
  readonly setFilter: (filter: Filter) => void;
  /** Shows another screenful. */
  readonly more: () => void;
  readonly loading: boolean;
  /** Everything was read, and everything that matches is shown. */
  readonly complete: boolean;
  readonly failure: string | null;
}

export function useHistory(first: Page, calendar: Calendar): History {
  const [read, setRead] = useState(first);
  const [filter, setFilter] = useState(NO_FILTER);
  const [wanted, setWanted] = useState(SCREENFUL);
  const [failure, setFailure] = useState<string | null>(null);
  const found = useMemo(
    () => read.insights.filter((insight) => matches(insight, filter, calendar)),
    [read, filter, calendar],
  );
  const { cursor } = read;
  const loading = found.length < wanted && cursor !== null && failure === null;

  useEffect(() => {
    if (!loading) return;
    let left = false;
    void readInsights(cursor, PAGE).then((outcome) => {
      if (left) return;
      const page = outcome.ok ? parsePage(outcome.body) : null;
      if (page) setRead((before) => ({ ...page, insights: mergeInsights(before.insights, page.insights) }));
      else setFailure(outcome.ok ? "bad_gateway" : outcome.code);
    });
    return () => void (left = true);
  }, [loading, cursor]);

  const more = useCallback(() => {
    setFailure(null);
    setWanted((count) => count + SCREENFUL);
  }, []);
  const choose = useCallback((next: Filter) => {
    setFailure(null);
    setWanted(SCREENFUL);
    setFilter(next);
  }, []);
  const complete = cursor === null && found.length <= wanted;
  return { shown: found.slice(0, wanted), filter, setFilter: choose, more, loading, complete, failure };
}
