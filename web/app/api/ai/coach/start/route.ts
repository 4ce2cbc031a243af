/** Starts a run: the service decides everything, the façade says who is asking. */
import { readJsonText } from "@/lib/guards";
import { type Caller, ownerRoute } from "@/lib/route";
import { callService, relay } from "@/lib/service";

export const POST = ownerRoute(async (caller) => {
  const answer = await callService({
    method: "POST",
    path: "/session",
    body: (await readJsonText(caller.request)) || "{}",
    forward: ["idempotency-key"],
    requestId: caller.requestId,
    userId: caller.userId,
    incoming: caller.request.headers,
  });
  return answer.ok ? started(answer, caller) : relay(answer, caller.requestId);
});

/** The service's answer with our own stream address in place of the service's. */
async function started(answer: Response, { requestId }: Caller): Promise<Response> {
  const body = (await answer.json()) as { sessionId: string };
  const streamUrl = `/api/ai/coach/stream?sessionId=${encodeURIComponent(body.sessionId)}`;
  const json = new Response(JSON.stringify({ ...body, streamUrl }), {
    status: answer.status,
    headers: { "content-type": "application/json" },
  });
  return relay(json, requestId, body.sessionId);
}
