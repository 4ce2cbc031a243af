/** The one place where the façade calls the coach service: token, ids, timeouts, and no surprises in the answer. */
import "server-only";
import { bridgeToken } from "./bridge";
import { serviceUrlFor } from "./env";
import { PROBLEM_JSON } from "./problem";
import { Refusal } from "./refusal";
import { traceparentOf } from "./trace";

export const CALL_TIMEOUT_MS = 15_000;

export interface ServiceCall {
  readonly method: string;
  /** Below `/api/aicoach`, with its query. */
  readonly path: string;
  readonly requestId: string;
  readonly sessionId?: string | null;
  /** Speak for this user with a bridge token … */
  readonly userId?: string;
  /** … or hand on the caller's own credentials (cron). */
  readonly authorization?: string | null;
  readonly incoming: Headers;
  /** Request headers of the browser to hand on as they are. */
  readonly forward?: readonly string[];
  readonly body?: string | Uint8Array<ArrayBuffer>;
  /** The body's media type; JSON unless said otherwise. */
  readonly contentType?: string;
  /** Aborts the call when the browser leaves. */
  readonly signal?: AbortSignal;
  /** Time until the answer's headers; a body may take as long as it likes (streams do). */
  readonly timeoutMs?: number;
}

/** The service's answer, whatever its status; throws Refusal when there is none worth passing on. */
export async function callService(call: ServiceCall): Promise<Response> {
  const late = new AbortController();
  const timer = setTimeout(
    () => late.abort(new DOMException("too slow", "TimeoutError")),
    call.timeoutMs ?? CALL_TIMEOUT_MS,
  );
  try {
    const answer = await fetch(serviceUrl(call.path), {
      method: call.method,
      headers: await headersFor(call),
      body: call.body ?? null,
      signal: call.signal ? AbortSignal.any([call.signal, late.signal]) : late.signal,
      redirect: "manual",
      cache: "no-store",
    });
    if (answer.status >= 300 && answer.status < 400) throw new Refusal("bad_gateway");
    return answer;
  } catch (error) {
    throw refusalFor(error, late.signal);
  } finally {
    clearTimeout(timer);
  }
}

function serviceUrl(path: string): string {
  return `${serviceUrlFor(path)}/api/aicoach${path}`;
}

async function headersFor(call: ServiceCall): Promise<Headers> {
  const headers = new Headers({ accept: "application/json", "x-request-id": call.requestId });
  const authorization = call.userId ? `Bearer ${await bridgeToken(call.userId)}` : call.authorization;
  const optional: Record<string, string | null | undefined> = {
    authorization,
    "x-session-id": call.sessionId,
    traceparent: traceparentOf(call.incoming),
    "content-type": call.body === undefined ? null : (call.contentType ?? "application/json"),
  };
  for (const name of call.forward ?? []) optional[name] = call.incoming.get(name);
  for (const [name, value] of Object.entries(optional)) if (value) headers.set(name, value);
  return headers;
}

function refusalFor(error: unknown, late: AbortSignal): Error {
  // fetch reports every network failure as a TypeError; anything else is ours or the browser leaving.
  if (late.aborted) return new Refusal("timeout", { cause: error });
  if (error instanceof TypeError) return new Refusal("unavailable", { cause: error });
  return error instanceof Error ? error : new Error("call failed", { cause: error });
}

const PASSED_ON = ["content-type", "retry-after", "ratelimit", "ratelimit-policy"];

/** The service's JSON or problem as our own answer; anything that is neither becomes a 502. */
export async function relay(
  answer: Response,
  requestId: string,
  sessionId?: string | null,
): Promise<Response> {
  const text = await answer.text();
  const mediaType = answer.headers.get("content-type")?.split(";")[0];
  if (text && mediaType !== "application/json" && mediaType !== PROBLEM_JSON)
    throw new Refusal("bad_gateway");
  const headers = ownHeaders(requestId, sessionId);
  for (const name of PASSED_ON) {
    const value = answer.headers.get(name);
    if (value) headers.set(name, value);
  }
  return new Response(text || null, { status: answer.status, headers });
}

const DOWNLOAD_HEADERS = ["content-type", "content-disposition"];

/** The service's file as our own answer, byte for byte as it arrives. */
export function relayDownload(answer: Response, requestId: string): Response {
  const headers = ownHeaders(requestId);
  for (const name of DOWNLOAD_HEADERS) {
    const value = answer.headers.get(name);
    if (value) headers.set(name, value);
  }
  return new Response(answer.body, { status: answer.status, headers });
}

export function ownHeaders(requestId: string, sessionId?: string | null): Headers {
  const headers = new Headers({ "cache-control": "no-store", "x-request-id": requestId });
  if (sessionId) headers.set("x-session-id", sessionId);
  return headers;
}
