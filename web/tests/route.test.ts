/** Whatever a route handler runs into, its caller gets a problem and the log gets one line with every id. */
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { readJsonText } from "@/lib/guards";
import { openRoute } from "@/lib/route";
import { callService, relay } from "@/lib/service";

const SESSION = "5c886bb2-c114-4584-be66-657ab85e897f";
const TRACE = "0af7651916cd43dd8448eb211c80319c";
const CANARY = "ABCPD1234Z";

let server: Server | undefined;
let lines: Record<string, unknown>[];

async function serve(listener: RequestListener): Promise<void> {
  const started = createServer(listener);
  server = started;
  await new Promise<void>((ready) => started.listen(0, "127.0.0.1", ready));
  vi.stubEnv("AICOACH_SERVICE_URL", `http://127.0.0.1:${(started.address() as AddressInfo).port}`);
}

const handler = openRoute(async ({ request, requestId }) => {
  const body = await readJsonText(request);
  const call = { method: "POST", path: "/session", requestId, incoming: request.headers, timeoutMs: 100 };
  return relay(await callService({ ...call, body }), requestId);
});

function press(body: BodyInit = JSON.stringify({ note: CANARY }), type = "application/json"): Promise<Response> {
  const headers = {
    "content-type": type,
    "x-request-id": "req-12345",
    traceparent: `00-${TRACE}-b7ad6b7169203331-01`,
  };
  const url = `http://coach.test/api/ai/coach/start?sessionId=${SESSION}`;
  return handler(new Request(url, { method: "POST", body, headers }), { params: Promise.resolve({}) });
}

beforeEach(() => {
  lines = [];
  vi.spyOn(console, "log").mockImplementation((line: string) => void lines.push(JSON.parse(line) as never));
  vi.stubEnv("AICOACH_SERVICE_URL", "http://127.0.0.1:9");
});

afterEach(async () => {
  vi.unstubAllEnvs();
  server?.closeAllConnections();
  await new Promise((closed) => (server ? server.close(closed) : closed(undefined)));
  server = undefined;
});

const page: RequestListener = (_, response) =>
  response.writeHead(500, { "content-type": "text/html" }).end(`<pre>Traceback ${CANARY}</pre>`);
const silence: RequestListener = () => undefined;
const hangUp: RequestListener = (request) => void request.socket.destroy();

// S0-10.2a, S0-10.2d: every way in which a call can fail on the façade's side.
describe("a refusal", () => {
  it.each([
    ["nobody listens", undefined, 503, "unavailable", true],
    ["the service hangs up", hangUp, 503, "unavailable", true],
    ["the service is too slow", silence, 504, "timeout", true],
    ["the service answers with a web page", page, 502, "bad_gateway", true],
  ] as const)("when %s is a problem", async (_why, listener, status, code, retryable) => {
    if (listener) await serve(listener);
    await expectProblem(await press(), status, code, retryable);
  });

  it.each([
    ["a body that is too large", "x".repeat(256 * 1024 + 1), "application/json", 413, "too_large"],
    ["a body of another type", CANARY, "text/plain", 415, "unsupported_media_type"],
  ] as const)("of %s is a problem", async (_what, body, type, status, code) => {
    await expectProblem(await press(body, type), status, code, false);
  });

  it("of a deployment without its settings is a problem", async () => {
    vi.stubEnv("AICOACH_SERVICE_URL", "");
    await expectProblem(await press(), 503, "not_configured", false);
  });
});

async function expectProblem(answer: Response, status: number, code: string, retryable: boolean): Promise<void> {
  const text = await answer.text();
  expect(answer.headers.get("content-type")).toBe("application/problem+json");
  expect(answer.status).toBe(status);
  expect(JSON.parse(text)).toMatchObject({ type: "about:blank", status, code, retryable, requestId: "req-12345" });
  expect(answer.headers.has("retry-after")).toBe(status === 503);
  expect(text).not.toContain(CANARY);
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatchObject({
    event: "request",
    status,
    code,
    request_id: "req-12345",
    session_id: SESSION,
    trace_id: TRACE,
    traceparent: `00-${TRACE}-b7ad6b7169203331-01`,
  });
  expect(JSON.stringify(lines)).not.toContain(CANARY);
}
