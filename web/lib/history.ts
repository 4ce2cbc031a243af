/** What a reader wants to see of the history: read from the page's address, written to it, and asked of the service. */
import { GROUPS, type GroupName, groupQuery } from "./groups";
import { type Insight, isRecord, parseInsight } from "./insight";

export const OPINIONS = ["helpful", "unhelpful", "none"] as const;
export const STATUSES = ["active", "expired"] as const;

const GOAL = "goal:";

export interface Filter {
  /** A group, `goal:<id>` for one goal, or empty for everything; likewise empty in the others. */
  readonly about: string;
  /** Days as `2026-11-20` in the reader's time zone, both included. */
  readonly from: string;
  readonly to: string;
  readonly feedback: string;
  readonly status: string;
}

export const NO_FILTER: Filter = { about: "", from: "", to: "", feedback: "", status: "" };

export type Address = Readonly<Record<string, string | string[] | undefined>>;

/** The filter that an address names; a value that is none counts as not given. */
export function filterFrom(address: Address): Filter {
  const given = (name: keyof Filter, allowed: (value: string) => boolean): string => {
    const value = address[name];
    return typeof value === "string" && allowed(value) ? value : "";
  };
  return {
    about: given("about", (value) => isGroup(value) || /^goal:[0-9a-f-]{36}$/.test(value)),
    from: given("from", isDay),
    to: given("to", isDay),
    feedback: given("feedback", (value) => OPINIONS.some((known) => known === value)),
    status: given("status", (value) => STATUSES.some((known) => known === value)),
  };
}

const isGroup = (value: string): value is GroupName => GROUPS.some((known) => known === value);

function isDay(value: string): boolean {
  const day = new Date(`${value}T00:00:00Z`);
  return /^\d{4}-\d\d-\d\d$/.test(value) && !Number.isNaN(day.getTime()) && day.toISOString().startsWith(value);
}

/** The filter as the query of the page's address; empty without one. */
export function addressOf(filter: Filter): string {
  return new URLSearchParams(Object.entries(filter).filter(([, value]) => value)).toString();
}

/** What the service is asked for, a page of `limit` insights at a time. */
export function insightQuery(filter: Filter, limit: number, cursor: string | null = null): string {
  const { about, from, to, feedback, status } = filter;
  const subject: readonly (readonly [string, string])[] = isGroup(about)
    ? groupQuery(about)
    : [["topic", about.startsWith(GOAL) ? `goals:${about.slice(GOAL.length)}` : ""]];
  const narrowed = [...subject, ["since", from], ["until", to], ["feedback", feedback], ["status", status]] as const;
  const query = new URLSearchParams({ limit: String(limit), ...(cursor && { cursor }) });
  for (const [name, value] of narrowed) if (value) query.append(name, value);
  return query.toString();
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
