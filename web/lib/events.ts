/** The events of a run as they come over the wire (DESIGN §4.4); an unknown type is nobody's error. */
import { type Insight, isRecord, parseInsight, parseRecommendation, type Recommendation } from "./insight";

interface Base {
  /** The durable id, 1, 2, 3 …, or null for a transient event. */
  readonly id: number | null;
}

export type CoachEvent = Base &
  (
    | { readonly type: "init"; readonly progress: number; readonly texts: Readonly<Record<string, string>> }
    | {
        readonly type: "status";
        readonly msg: string;
        readonly task: string | null;
        readonly progress: number | null;
      }
    | { readonly type: "insight"; readonly insight: Insight }
    | { readonly type: "recommendation"; readonly insightId: string; readonly recommendation: Recommendation }
    | { readonly type: "token"; readonly insightKey: string; readonly text: string }
    | {
        readonly type: "error";
        readonly code: string;
        readonly retryable: boolean;
        readonly task: string | null;
      }
    | { readonly type: "done"; readonly status: string; readonly insights: number; readonly skipped: number }
  );

type Json = Record<string, unknown>;
type Reader = (json: Json, id: number | null) => CoachEvent | null;

const str = (value: unknown): string => (typeof value === "string" ? value : "");
const num = (value: unknown): number => (typeof value === "number" && Number.isFinite(value) ? value : 0);

const texts = (value: unknown): Record<string, string> =>
  Object.fromEntries(Object.entries(isRecord(value) ? value : {}).map(([key, text]) => [key, str(text)]));

const READERS: Readonly<Record<string, Reader>> = {
  init: (json, id) => ({ type: "init", id, progress: num(json.progress), texts: texts(json.texts) }),
  status: (json, id) => ({
    type: "status",
    id,
    msg: str(json.msg),
    task: str(json.task) || null,
    progress: typeof json.progress === "number" ? json.progress : null,
  }),
  insight: (json, id) => {
    const insight = parseInsight(json.insight);
    return insight && { type: "insight", id, insight };
  },
  recommendation: (json, id) => {
    const recommendation = parseRecommendation(json.recommendation);
    if (!recommendation || !isRecord(json.recommendation)) return null;
    return { type: "recommendation", id, insightId: str(json.recommendation.insightId), recommendation };
  },
  token: (json, id) => ({ type: "token", id, insightKey: str(json.insightKey), text: str(json.text) }),
  error: (json, id) => ({
    type: "error",
    id,
    code: str(json.code),
    retryable: json.retryable === true,
    task: str(json.task) || null,
  }),
  done: (json, id) => ({
    type: "done",
    id,
    status: str(json.status),
    insights: num(json.insights),
    skipped: num(json.skipped),
  }),
};

/** The event in one SSE frame's data, or null for anything this page does not know. */
export function parseEvent(data: string): CoachEvent | null {
  let json: unknown;
  try {
    json = JSON.parse(data);
  } catch {
    return null;
  }
  if (!isRecord(json) || typeof json.type !== "string" || !Object.hasOwn(READERS, json.type)) return null;
  const id = typeof json.id === "number" && Number.isInteger(json.id) ? json.id : null;
  return READERS[json.type]?.(json, id) ?? null;
}
