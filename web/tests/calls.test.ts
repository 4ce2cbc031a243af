/** The table of calls is the route handlers' own, and the gate refuses whatever it does not name. */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { NextRequest } from "next/server";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { CALLS, otherMethods } from "@/lib/calls";
import { proxy } from "@/proxy";

const ROUTES = fileURLToPath(new URL("../app/api/ai/coach", import.meta.url));
const SESSION = "5c886bb2-c114-4584-be66-657ab85e897f";

/** What the route files export, by path. */
function exported(): Record<string, string[]> {
  const files = readdirSync(ROUTES, { recursive: true, encoding: "utf8" });
  const routes = files.filter((file) => file.endsWith("route.ts") && !file.includes("[...rest]"));
  return Object.fromEntries(
    routes.map((file) => {
      const path = relative(ROUTES, dirname(join(ROUTES, file))).replaceAll(/\[[^\]]+\]/g, "*");
      const source = readFileSync(join(ROUTES, file), "utf8");
      return [path, [...source.matchAll(/^export const ([A-Z]+) =/gm)].map(([, method]) => String(method))];
    }),
  );
}

describe("the table of calls", () => {
  it("names every route handler with its methods", () => {
    expect(exported()).toEqual(CALLS);
  });

  it.each([
    ["POST", "/api/ai/coach/start", null],
    ["HEAD", "/api/ai/coach/prefs", null],
    ["OPTIONS", "/api/ai/coach/start", null],
    ["GET", "/api/ai/coach/start", ["POST"]],
    ["HEAD", "/api/ai/coach/start", ["POST"]],
    ["DELETE", `/api/ai/coach/session/${SESSION}`, ["GET"]],
    ["PUT", `/api/ai/coach/session/${SESSION}/cancel`, ["POST"]],
    ["PUT", "/api/ai/coach/nowhere", null],
    ["PUT", "/api/ai/coach/session/a/b/c", null],
  ])("%s %s", (method, path, others) => {
    expect(otherMethods(path, method)).toEqual(others);
  });
});

const REQUEST_ID = "req-12345";
const ask = (method: string, path: string): Promise<Response> =>
  proxy(new NextRequest(`http://coach.test${path}`, { method, headers: { "x-request-id": REQUEST_ID } }));

// S0-10.2a: problem+json everywhere, the façade's own refusals included.
describe("a refusal at the gate", () => {
  let lines: string[];

  beforeEach(() => {
    lines = [];
    const keep = (line: string): void => void lines.push(line);
    vi.spyOn(console, "log").mockImplementation(keep);
    vi.spyOn(console, "error").mockImplementation(keep);
    // Next brings one to Node 20; the client of the auth server makes sure that it could, and does not use it.
    vi.stubGlobal("WebSocket", globalThis.WebSocket ?? class {});
    vi.stubEnv("AICOACH_SUPABASE_URL", "http://127.0.0.1:9");
    vi.stubEnv("AICOACH_SUPABASE_PUBLISHABLE_KEY", "sb_publishable_x");
  });

  afterEach(() => {
    vi.unstubAllGlobals();
    vi.unstubAllEnvs();
  });

  it.each([
    ["a wrong method", "PUT", "/api/ai/coach/webhook?job=daily", 405, "method_not_allowed"],
    ["no session", "POST", "/api/ai/coach/start", 401, "sign_in_required"],
    ["no session, below /app", "POST", "/app/api/ai/coach/start", 401, "sign_in_required"],
  ])("for %s is a problem and one log line", async (_why, method, path, status, code) => {
    const answer = await ask(method, path);
    const problem = (await answer.json()) as Record<string, unknown>;
    expect(answer.headers.get("content-type")).toBe("application/problem+json");
    expect(problem).toMatchObject({ status, code, requestId: REQUEST_ID, retryable: false });
    expect(answer.status).toBe(status);
    expect(lines).toHaveLength(1);
    const line = JSON.parse(String(lines[0])) as Record<string, string>;
    expect(line).toMatchObject({ logger: "web", status, code, method, request_id: REQUEST_ID });
    expect(line.traceparent).toContain(line.trace_id);
  });

  it("for a wrong method says which ones there are", async () => {
    expect((await ask("DELETE", "/api/ai/coach/webhook")).headers.get("allow")).toBe("GET, POST, HEAD");
  });

  it("for a missing setting names it in the log only", async () => {
    vi.stubEnv("AICOACH_SUPABASE_URL", "");
    const answer = await ask("POST", "/api/ai/coach/start");
    const body = await answer.text();
    expect([answer.status, answer.headers.get("content-type")]).toEqual([503, "application/problem+json"]);
    expect(body).not.toContain("SUPABASE");
    expect(lines.join()).toContain("AICOACH_SUPABASE_URL");
  });

  it("never repeats what was sent", async () => {
    const answer = await ask("POST", "/api/ai/coach/ABCPD1234Z?x=ABCPD1234Z");
    expect(await answer.text()).not.toContain("ABCPD1234Z");
  });
});

describe("a call that may go on", () => {
  it("carries its ids to the route handler", async () => {
    const answer = await ask("POST", "/api/ai/coach/webhook?job=daily");
    const handed = (name: string): string | null => answer.headers.get(`x-middleware-request-${name}`);
    expect(handed("x-request-id")).toBe(REQUEST_ID);
    expect(handed("traceparent")).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
  });
});
