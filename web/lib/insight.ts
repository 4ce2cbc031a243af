/** An insight as the page shows it, read alike from a live event (camelCase) and from a row (snake_case). */

export interface Fact {
  readonly key: string;
  readonly label: string;
  /** Already formatted by the service; the page shows it and computes nothing. */
  readonly text: string;
  readonly unit: string;
  /** The exact value as text; only charts look at it. */
  readonly value: string | null;
  readonly how: string;
  readonly asOf: string | null;
  /** Its place on the card: a stored object keeps no order. */
  readonly order: number;
}

/** One line of a chart: dates and exact decimal texts. */
export interface Series {
  readonly key: string;
  readonly label: string;
  readonly unit: string;
  readonly points: readonly (readonly [date: string, value: string])[];
}

/** What a person may answer to a hint. */
export type HintStatus = "accepted" | "dismissed" | "done";

/** A thing worth considering, which belongs to one insight. */
export interface Recommendation {
  readonly id: string;
  readonly title: string;
  readonly body: string;
  readonly status: HintStatus | "proposed";
}

/** Whether an insight helped, and if not, why. */
export interface Feedback {
  readonly helpful: boolean;
  readonly reason: string | null;
  readonly comment: string | null;
}

/** The goal that an insight is about. */
export interface Goal {
  readonly id: string;
  readonly name: string;
}

export interface Insight {
  readonly id: string;
  readonly kind: string;
  readonly severity: string;
  readonly topicKey: string;
  /** Its place among the cards of its run. */
  readonly position: number;
  readonly title: string;
  readonly bodyMd: string;
  readonly facts: readonly Fact[];
  readonly series: readonly Series[];
  readonly recommendations: readonly Recommendation[];
  readonly feedback: Feedback | null;
  readonly goal: Goal | null;
  readonly source: string;
  /** Why the words are the template's although a model was asked. */
  readonly reason: string | null;
  readonly createdAt: string;
}

type Json = Record<string, unknown>;

export function isRecord(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/**
 * PostgREST's `2026-01-01T00:00:00+00:00` and Supabase Lite's `2026-01-01 00:00:00.123456+00` as one form:
 * ISO 8601 in UTC with six decimals, so that text order is time order to the microsecond.
 */
export function isoTimestamp(value: string): string {
  const [, date, time, fraction = "", zone] = TIMESTAMP.exec(value) ?? [];
  if (!date || !time) return value;
  const instant = new Date(`${date}T${time}${normalZone(zone)}`);
  if (Number.isNaN(instant.getTime())) return value;
  return `${instant.toISOString().slice(0, 19)}.${fraction.padEnd(6, "0").slice(0, 6)}Z`;
}

const TIMESTAMP = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(?:\.(\d+))?(Z|[+-]\d\d(?::?\d\d)?)?$/;

function normalZone(zone: string | undefined): string {
  if (!zone || zone === "Z") return "Z";
  const digits = zone.replace(":", "");
  return `${digits.slice(0, 3)}:${digits.slice(3) || "00"}`;
}

/** The insight in `value`, or null when it lacks what a card needs. */
export function parseInsight(value: unknown): Insight | null {
  if (!isRecord(value) || !text(value.id) || !text(value.title)) return null;
  const data = isRecord(value.data) ? value.data : {};
  return {
    id: text(value.id),
    kind: text(value.kind),
    severity: text(value.severity),
    topicKey: text(value.topicKey ?? value.topic_key),
    position: place(value.position),
    title: text(value.title),
    bodyMd: text(value.bodyMd ?? value.body_md),
    facts: isRecord(data.facts) ? factsInOrder(data.facts) : [],
    series: Array.isArray(data.series) ? data.series.flatMap(parseSeries) : [],
    recommendations: hintsIn(value.recommendations ?? value.ai_recommendations),
    feedback: parseFeedback(value.feedback),
    goal: parseGoal(data.goal),
    source: text(value.source),
    reason: text(value.reason) || null,
    createdAt: isoTimestamp(text(value.createdAt ?? value.created_at)),
  };
}

export function parseRecommendation(value: unknown): Recommendation | null {
  if (!isRecord(value) || !text(value.id)) return null;
  const status = STATUSES.find((known) => known === value.status) ?? "proposed";
  return { id: text(value.id), title: text(value.title), body: text(value.body), status };
}

const STATUSES = ["accepted", "dismissed", "done"] as const satisfies readonly HintStatus[];

function hintsIn(value: unknown): Recommendation[] {
  return Array.isArray(value) ? value.flatMap((row) => parseRecommendation(row) ?? []) : [];
}

export function parseFeedback(value: unknown): Feedback | null {
  if (!isRecord(value) || typeof value.helpful !== "boolean") return null;
  return { helpful: value.helpful, reason: text(value.reason) || null, comment: text(value.comment) || null };
}

function parseGoal(value: unknown): Goal | null {
  if (!isRecord(value) || !text(value.id)) return null;
  return { id: text(value.id), name: text(value.name) };
}

function place(value: unknown): number {
  return typeof value === "number" ? value : 0;
}

function factsInOrder(facts: Json): Fact[] {
  return Object.entries(facts)
    .flatMap(parseFact)
    .sort((a, b) => a.order - b.order);
}

function parseFact([key, value]: [string, unknown]): Fact[] {
  if (!isRecord(value) || !text(value.text)) return [];
  const asOf = text(value.asOf ?? value.as_of) || null;
  return [
    {
      key,
      label: text(value.label) || key,
      text: text(value.text),
      unit: text(value.unit),
      value: text(value.value) || null,
      how: text(value.how),
      asOf,
      order: place(value.order),
    },
  ];
}

function parseSeries(value: unknown): Series[] {
  if (!isRecord(value) || !Array.isArray(value.points)) return [];
  const points = value.points.flatMap((point): [string, string][] =>
    Array.isArray(point) && text(point[0]) && text(point[1]) ? [[text(point[0]), text(point[1])]] : [],
  );
  return [{ key: text(value.key), label: text(value.label), unit: text(value.unit), points }];
}

/** Newest first, cards made at once in their own order, each insight once, however it arrived. */
export function mergeInsights(...lists: readonly (readonly Insight[])[]): Insight[] {
  const byId = new Map(lists.flat().map((insight) => [insight.id, insight]));
  return [...byId.values()].sort(
    (a, b) => b.createdAt.localeCompare(a.createdAt) || a.position - b.position || a.id.localeCompare(b.id),
  );
}
