/** Asks for a run: which session to follow, or why there is none. */
import { isRecord } from "./insight";

export type StartAnswer = { readonly sessionId: string } | { readonly code: string };

/** One click, one key: a repeated request gives back the same session. */
export async function startRun(idempotencyKey: string): Promise<StartAnswer> {
  try {
    const answer = await fetch("/api/ai/coach/start", {
      method: "POST",
      headers: { "content-type": "application/json", "idempotency-key": idempotencyKey },
      body: "{}",
    });
    return readAnswer(answer.ok, await answer.json());
  } catch {
    return { code: "offline" };
  }
}

export function readAnswer(ok: boolean, body: unknown): StartAnswer {
  const json = isRecord(body) ? body : {};
  // A run that is already active is the run to follow, whoever pressed the button.
  const followable = ok || json.code === "run_active";
  if (followable && typeof json.sessionId === "string") return { sessionId: json.sessionId };
  return { code: typeof json.code === "string" ? json.code : "bad_gateway" };
}

/** True when the service has taken note; the run then ends with its own `cancelled` event. */
export async function cancelRun(sessionId: string): Promise<boolean> {
  try {
    return (await fetch(`/api/ai/coach/session/${sessionId}/cancel`, { method: "POST" })).ok;
  } catch {
    return false;
  }
}
