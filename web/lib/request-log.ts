/** One JSON line per request on standard output, with the ids that join it to the service's log. */
import "server-only";
import { createHash } from "node:crypto";

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

/** A stable stand-in for the user: log readers can join lines without learning who it is. */
function hashed(userId: string): string {
  return createHash("sha256").update(userId).digest("hex").slice(0, 12);
}

function reason(cause: unknown): string | undefined {
  if (!(cause instanceof Error)) return undefined;
  const inner = cause.cause instanceof Error ? `: ${cause.cause.message}` : "";
  return `${cause.name}: ${cause.message}${inner}`;
}

export function logRequest(record: RequestRecord): void {
  const { requestId, sessionId, userId, cause, ...rest } = record;
  const line = {
    ts: new Date().toISOString(),
    service: "web",
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
