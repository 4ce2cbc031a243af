/** The page's calls to its own façade: what came back, or the code of the refusal. */
import type { Failure } from "./import-state";
import type { Feedback, HintStatus } from "./insight";
import { isRecord } from "./insight";
import { type Plan, planBody } from "./plan";
import type { Preferences } from "./preferences";

export type Outcome =
  | { readonly ok: true; readonly body: unknown }
  | ({ readonly ok: false } & Failure);

export function answerHint(id: string, status: HintStatus): Promise<Outcome> {
  return sendJson("PATCH", `recommendations/${id}`, { status });
}

export function giveFeedback(insightId: string, { helpful, reason, comment }: Feedback): Promise<Outcome> {
  const more = { ...(reason && { reason }), ...(comment && { comment }) };
  return sendJson("POST", "feedback", { insightId, helpful, ...more });
}

export function savePreferences(changed: Partial<Preferences>): Promise<Outcome> {
  return sendJson("PUT", "prefs", changed);
}

/** A topic that a thumbs-down had quietened is heard as before. */
export function hearAgain(topic: string): Promise<Outcome> {
  return sendJson("PUT", "prefs", { loud_topics: [topic] });
}

export function savePlan(plan: Plan): Promise<Outcome> {
  return sendJson("PUT", "goals/plan", planBody(plan));
}

export function deleteEverything(): Promise<Outcome> {
  return send("me", { method: "DELETE" });
}

export function readInsights(query: string): Promise<Outcome> {
  return send(`insights?${query}`, { method: "GET" });
}

/** Sends a statement: a preview of what it would change, or the import itself. */
export function sendStatement(form: FormData, preview: boolean): Promise<Outcome> {
  return send(`import?dry_run=${preview}`, { method: "POST", body: form });
}

function sendJson(method: string, path: string, body: unknown): Promise<Outcome> {
  return send(path, { method, body: JSON.stringify(body), headers: { "content-type": "application/json" } });
}

async function send(path: string, init: RequestInit): Promise<Outcome> {
  try {
    const answer = await fetch(`/api/ai/coach/${path}`, init);
    const body: unknown = await answer.json();
    return answer.ok ? { ok: true, body } : refusal(body);
  } catch {
    return { ok: false, code: "offline", detail: "" };
  }
}

function refusal(body: unknown): Outcome {
  const { code, detail, reason, names } = isRecord(body) ? body : {};
  const text = (value: unknown, otherwise: string): string => (typeof value === "string" ? value : otherwise);
  return {
    ok: false,
    code: text(code, "bad_gateway"),
    detail: text(detail, ""),
    reason: text(reason, ""),
    names: Array.isArray(names) ? names.filter((name) => typeof name === "string") : [],
  };
}
