/** The live events of one run; closing the page closes the upstream connection, not the run. */
import { logRequest } from "@/lib/request-log";
import { type Caller, ownerRoute, requireId } from "@/lib/route";
import { callService, ownHeaders, relay } from "@/lib/service";
import { STREAM_HEADERS, withPreamble } from "@/lib/sse";

export const GET = ownerRoute(async (caller) => {
  const query = new URL(caller.request.url).searchParams;
  const sessionId = requireId(query.get("sessionId"));
  const answer = await callService({
    method: "GET",
    path: `/stream?${upstreamQuery(sessionId, query)}`,
    sessionId,
    forward: ["last-event-id", "accept"],
    requestId: caller.requestId,
    userId: caller.userId,
    incoming: caller.request.headers,
    signal: caller.request.signal,
  });
  const streams = answer.headers.get("content-type")?.startsWith("text/event-stream");
  if (!answer.body || !streams) return relay(answer, caller.requestId, sessionId);
  return piped(answer.body, caller, sessionId);
});

/** What the service knows of a stream's query; it judges the values. */
function upstreamQuery(sessionId: string, query: URLSearchParams): URLSearchParams {
  const known = ["lastEventId", "format"].flatMap((name) => {
    const value = query.get(name);
    return value ? [[name, value]] : [];
  });
  return new URLSearchParams([["sessionId", sessionId], ...known]);
}

function piped(body: ReadableStream<Uint8Array>, caller: Caller, sessionId: string): Response {
  const closed = closeLogger(caller, sessionId);
  // The stream ends either by itself or because the browser left, and then only the signal tells.
  caller.request.signal.addEventListener("abort", closed, { once: true });
  const headers = ownHeaders(caller.requestId, sessionId);
  for (const [name, value] of Object.entries(STREAM_HEADERS)) headers.set(name, value);
  return new Response(body.pipeThrough(withPreamble(closed)), { headers });
}

function closeLogger({ request, requestId, userId }: Caller, sessionId: string): () => void {
  const opened = performance.now();
  let logged = false;
  return () => {
    if (logged) return;
    logged = true;
    const path = new URL(request.url).pathname;
    logRequest({
      event: "stream_closed",
      method: "GET",
      path,
      ms: performance.now() - opened,
      requestId,
      incoming: request.headers,
      sessionId,
      userId,
    });
  };
}
