"use client";
/** One filter's history, page by page; the service finds what matches. */
import { useCallback, useState } from "react";
import { type Filter, insightQuery, type Page, parsePage } from "@/lib/history";
import { type Insight, mergeInsights } from "@/lib/insight";
import { readInsights } from "@/lib/owner-calls";

const PAGE = 20;

export interface History {
  readonly insights: readonly Insight[];
  readonly more: () => Promise<void>;
  readonly loading: boolean;
  /** Everything that matches is shown. */
  readonly complete: boolean;
  readonly failure: string | null;
}

export function useHistory(first: Page, filter: Filter): History {
  const [{ insights, cursor }, setRead] = useState(first);
  const [loading, setLoading] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);

  const more = useCallback(async () => {
    setLoading(true);
    setFailure(null);
    const outcome = await readInsights(insightQuery(filter, PAGE, cursor));
    const page = outcome.ok ? parsePage(outcome.body) : null;
    if (page) setRead((before) => ({ ...page, insights: mergeInsights(before.insights, page.insights) }));
    else setFailure(outcome.ok ? "bad_gateway" : outcome.code);
    setLoading(false);
  }, [filter, cursor]);

  return { insights, more, loading, complete: cursor === null, failure };
}
