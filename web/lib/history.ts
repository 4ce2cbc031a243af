/** Which insights of the history a reader wants to see: a pure filter. */
import type { Calendar } from "./calendar";
import { localDay } from "./format";
import { type GroupName, groupOf } from "./groups";
import { type Insight, isRecord, parseInsight } from "./insight";

export type FeedbackFilter = "any" | "helpful" | "unhelpful" | "none";

export interface Filter {
  readonly kind: GroupName | "any";
  /** Days as `2026-11-20` in the reader's time zone, both included; empty for no bound. */
  readonly from: string;
  readonly to: string;
  readonly feedback: FeedbackFilter;
}

export const NO_FILTER: Filter = { kind: "any", from: "", to: "", feedback: "any" };

export function matches(insight: Insight, filter: Filter, calendar: Calendar): boolean {
  const day = localDay(insight.createdAt, calendar);
  if (filter.kind !== "any" && groupOf(insight) !== filter.kind) return false;
  if (filter.from && day < filter.from) return false;
  if (filter.to && day > filter.to) return false;
  return filter.feedback === "any" || filter.feedback === opinionOn(insight);
}

function opinionOn({ feedback }: Insight): FeedbackFilter {
  if (!feedback) return "none";
  return feedback.helpful ? "helpful" : "unhelpful";
}

export interface Page {
  readonly insights: readonly Insight[];
  /** Asks for the next page; null on the last one. */
  readonly cursor: string | null;
}

export function parsePage(value: unknown): Page | null {
  if (!isRecord(value) || !Array.isArray(value.insights)) return null;
  return {
    insights: value.insights.flatMap((row) => parseInsight(row) ?? []),
    cursor: typeof value.cursor === "string" ? value.cursor : null,
  };
}
