/** Refusals of the façade as application/problem+json (RFC 9457), in the service's own shape. */
import problems from "@/words/problems.json";

export type ProblemCode = keyof typeof problems;

export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: string;
  readonly retryable: boolean;
  readonly requestId: string;
  readonly sessionId?: string;
}

export const PROBLEM_JSON = "application/problem+json";

export function problem(code: ProblemCode, requestId: string, sessionId?: string): Problem {
  return { type: "about:blank", code, ...problems[code], requestId, ...(sessionId && { sessionId }) };
}

export function problemResponse(code: ProblemCode, requestId: string, sessionId?: string): Response {
  const body = problem(code, requestId, sessionId);
  const headers = new Headers({
    "content-type": PROBLEM_JSON,
    "cache-control": "no-store",
    "x-request-id": requestId,
  });
  if (sessionId) headers.set("x-session-id", sessionId);
  if (body.status === 503) headers.set("retry-after", "2");
  return new Response(JSON.stringify(body), { status: body.status, headers });
}
