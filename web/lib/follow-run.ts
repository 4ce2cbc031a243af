/** One EventSource on one run, kept alive until the run is done: browsers give up on errors, this does not. */
import { parseEvent } from "./events";
import type { Action } from "./run-state";

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 10_000;

/** Waits double up to ten seconds; the jitter keeps a thousand pages from returning at the same instant. */
export function backoff(attempt: number, random: number = Math.random()): number {
  return Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** attempt) * (0.5 + random / 2);
}

/** Follows the run until `done` and reports everything as actions; returns what stops it. */
export function followRun(sessionId: string, report: (action: Action) => void): () => void {
  let source: EventSource | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let lastId = 0;
  let failures = 0;
  let stopped = false;

  const stop = (): void => {
    stopped = true;
    source?.close();
    clearTimeout(timer);
  };

  const connect = (): void => {
    source = new EventSource(streamUrl(sessionId, lastId));
    source.onopen = () => {
      failures = 0;
      report({ type: "stream_opened" });
    };
    source.onmessage = ({ data }: MessageEvent<string>) => {
      const event = parseEvent(data);
      if (!event) return;
      lastId = Math.max(lastId, event.id ?? 0);
      report({ type: "event_received", event });
      if (event.type === "done") stop();
    };
    source.onerror = () => {
      if (stopped) return;
      report({ type: "stream_dropped" });
      // CONNECTING: the browser reconnects by itself. CLOSED: it met a 204 or an error and does not say which.
      if (source?.readyState === EventSource.CLOSED) void recover();
    };
  };

  const recover = async (): Promise<void> => {
    const status = await probe(streamUrl(sessionId, lastId));
    if (stopped) return;
    const verdict = judge(status);
    if (verdict) {
      stop();
      report(verdict);
    } else timer = setTimeout(connect, backoff(failures++));
  };

  connect();
  return stop;
}

function streamUrl(sessionId: string, lastId: number): string {
  const query = new URLSearchParams({ sessionId });
  if (lastId > 0) query.set("lastEventId", String(lastId));
  return `/api/ai/coach/stream?${query}`;
}

/** The status a reconnect gets, or 0 when nothing answers; the body is not wanted. */
async function probe(url: string): Promise<number> {
  const patience = new AbortController();
  try {
    return (await fetch(url, { headers: { accept: "text/event-stream" }, signal: patience.signal })).status;
  } catch {
    return 0;
  } finally {
    patience.abort();
  }
}

/** 204 means the run is over and nothing is missing; a refusal is final; anything else is worth another try. */
function judge(status: number): Action | null {
  if (status === 204) return { type: "stream_ended" };
  if (status === 401) return { type: "stream_refused", code: "sign_in_required" };
  if (status === 403 || status === 404) return { type: "stream_refused", code: "not_found" };
  return null;
}
