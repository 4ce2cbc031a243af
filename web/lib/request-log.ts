/** One JSON line per request on standard output, with the ids that join it to the service's log. */
import "server-only";
import { createHmac, randomBytes } from "node:crypto";

export interface RequestRecord {
  readonly event: "request" | "stream_closed";
  readonly method: string;
  readonly path: string;
  readonly status?: number;
  readonly code?: string | undefined;
  readonly ms: number;
  readonly requestId: string;
  readonly sessionId?: string | null | undefined;
  readonly userId?: string | undefined;
  readonly cause?: unknown;
}

const USER_KEY = randomBytes(32);

/** A stand-in for the user, the same for one process's lines and meaningless outside of it. */
function hashed(userId: string): string {
  return createHmac("sha256", USER_KEY).update(userId).digest("hex").slice(0, 12);
}

function reason(cause: unknown): string | undefined {
  if (!(cause instanceof Error)) return undefined;
  const inner = cause.cause instanceof Error ? `: ${cause.cause.message}` : "";
  return `${cause.name}: ${cause.message}${inner}`;
}

export function logRequest(record: RequestRecord): void {
  const { requestId, sessionId, userId, cause, ...rest } = record;
  const line = {
    timestamp: new Date().toISOString(),
    logger: "web",
    level: (record.status ?? 200) >= 500 ? "error" : "info",
    ...rest,
    ms: Math.round(record.ms),
    request_id: requestId,
    session_id: sessionId ?? undefined,
    user: userId && hashed(userId),
    cause: reason(cause),
  };
  console.log(JSON.stringify(line));
}
