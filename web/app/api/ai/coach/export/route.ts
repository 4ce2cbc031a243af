/** Everything of the caller's as one file, handed on as it arrives. */
import { ownerRoute } from "@/lib/route";
import { callService, relay, relayDownload } from "@/lib/service";

// The service reads every table before its first byte.
const READ_TIMEOUT_MS = 60_000;

export const GET = ownerRoute(async ({ request, requestId, userId }) => {
  const answer = await callService({
    method: "GET",
    path: "/export",
    requestId,
    userId,
    incoming: request.headers,
    signal: request.signal,
    timeoutMs: READ_TIMEOUT_MS,
  });
  return answer.ok ? relayDownload(answer, requestId) : relay(answer, requestId);
});
