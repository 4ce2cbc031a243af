/** Where the host's cron knocks: its secret goes on to the service, which alone knows whether it is right. */
import { openRoute } from "@/lib/route";
import { callService, relay } from "@/lib/service";

// A job runs as long as the host lets a function run; the service ends it before that.
const JOB_TIMEOUT_MS = 300_000;

const forward = openRoute(async ({ request, requestId }) => {
  const job = new URL(request.url).searchParams.get("job");
  const query = job === null ? "" : `?${new URLSearchParams({ job })}`;
  const answer = await callService({
    method: request.method,
    path: `/webhook${query}`,
    authorization: request.headers.get("authorization"),
    requestId,
    incoming: request.headers,
    timeoutMs: JOB_TIMEOUT_MS,
  });
  return relay(answer, requestId);
});

export const GET = forward;
export const POST = forward;
// Without its own HEAD, Next would answer one by running GET, and with it the job.
export const HEAD = forward;
