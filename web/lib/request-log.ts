/** One JSON line per request on standard output, with the ids that join it to the service's log. */
import "server-only";
import { createHmac, randomBytes } from "node:crypto";
import { logUserKey } from "./env";
import { traceIdOf, traceparentOf } from "./trace";

export interface RequestRecord {
  readonly event: "request" | "stream_closed";
  readonly method: string;
  readonly path: string;
  readonly status?: number;
  readonly code?: string | undefined;
  readonly ms: number;
  readonly requestId: string;
  /** The request's headers, for its trace. */
  readonly incoming: Headers;
  readonly sessionId?: string | null | undefined;
  readonly userId?: string | undefined;
  readonly cause?: unknown;
}

const RANDOM_KEY = randomBytes(32);

/** A stand-in for the user, which only who holds the key can make. */
function hashed(userId: string): string {
  return createHmac("sha256", logUserKey() ?? RANDOM_KEY).update(userId).digest("hex").slice(0, 12);
}

function reason(cause: unknown): string | undefined {
  if (!(cause instanceof Error)) return undefined;
  const inner = cause.cause instanceof Error ? `: ${cause.cause.message}` : "";
  return `${cause.name}: ${cause.message}${inner}`;
}

export function logRequest(record: RequestRecord): void {
  const { requestId, incoming, sessionId, userId, cause, ...rest } = record;
  const traceparent = traceparentOf(incoming);
  const line = {
    timestamp: new Date().toISOString(),
    logger: "web",
    level: (record.status ?? 200) >= 500 ? "error" : "info",
    ...rest,
    ms: Math.round(record.ms),
    request_id: requestId,
    session_id: sessionId ?? undefined,
    traceparent,
    trace_id: traceIdOf(traceparent),
    user: userId && hashed(userId),
    cause: reason(cause),
  };
  console.log(JSON.stringify(line));
}
