/** The façade's one door to the service, against a real HTTP server. */
import { generateKeyPairSync } from "node:crypto";
import { createServer, type IncomingMessage, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { decodeJwt } from "jose";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { callService, relay, type ServiceCall } from "@/lib/service";

const USER = "11111111-1111-4111-8111-111111111111";
const SESSION = "5c886bb2-c114-4584-be66-657ab85e897f";
const { privateKey } = generateKeyPairSync("rsa", {
  modulusLength: 2048,
  privateKeyEncoding: { type: "pkcs8", format: "pem" },
  publicKeyEncoding: { type: "spki", format: "pem" },
});

let server: Server;
let seen: IncomingMessage | undefined;

async function serve(listener: RequestListener): Promise<void> {
  server = createServer((request, response) => {
    seen = request;
    listener(request, response);
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  vi.stubEnv("AICOACH_SERVICE_URL", `http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
}

const call = (more: Partial<ServiceCall> = {}): Promise<Response> =>
  callService({
    method: "GET",
    path: "/session/x",
    requestId: "req-12345",
    userId: USER,
    incoming: new Headers(),
    ...more,
  });

beforeEach(() => {
  vi.stubEnv("AICOACH_JWT_PRIVATE_KEY", privateKey);
  vi.stubEnv("AICOACH_JWT_KID", "k");
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((closed) => server.close(closed));
});

// S0-10.1a, S0-2.3a
describe("a call to the service", () => {
  it("says who is calling and carries every id", async () => {
    await serve((_, response) => response.end());
    const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    await call({ sessionId: SESSION, incoming: new Headers({ traceparent }) });
    expect(seen?.url).toBe("/api/aicoach/session/x");
    expect(seen?.headers).toMatchObject({
      "x-request-id": "req-12345",
      "x-session-id": SESSION,
      traceparent,
    });
    expect(decodeJwt(String(seen?.headers.authorization).slice(7)).sub).toBe(USER);
  });

  it("hands on the headers it was told to, and no cookie", async () => {
    await serve((_, response) => response.end());
    const incoming = new Headers({ "last-event-id": "7", cookie: "secret=1", traceparent: "nonsense" });
    await call({ incoming, forward: ["last-event-id"] });
    expect(seen?.headers["last-event-id"]).toBe("7");
    expect(seen?.headers).not.toHaveProperty("cookie");
    expect(seen?.headers.traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
  });

  it("passes a refusal on with its status and body", async () => {
    const body = JSON.stringify({ code: "run_active", status: 409, sessionId: SESSION });
    await serve((_, response) =>
      response
        .writeHead(409, {
          "content-type": "application/problem+json",
          "retry-after": "3",
          "ratelimit-policy": '"starts";q=6;w=60',
          ratelimit: '"starts";r=0;t=3',
        })
        .end(body),
    );
    const answer = await relay(await call(), "req-12345", SESSION);
    expect(answer.status).toBe(409);
    expect(await answer.text()).toBe(body);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      "content-type": "application/problem+json",
      "cache-control": "no-store",
      "retry-after": "3",
      "ratelimit-policy": '"starts";q=6;w=60',
      ratelimit: '"starts";r=0;t=3',
      "x-request-id": "req-12345",
      "x-session-id": SESSION,
    });
  });

  it("passes a 204 on", async () => {
    await serve((_, response) => response.writeHead(204).end());
    expect((await relay(await call(), "req-12345")).status).toBe(204);
  });

  it("is refused with bad_gateway when the answer is a web page", async () => {
    await serve((_, response) =>
      response.writeHead(500, { "content-type": "text/html" }).end("<h1>stack</h1>"),
    );
    await expect(relay(await call(), "req-12345")).rejects.toMatchObject({ code: "bad_gateway" });
  });

  it("follows no redirect", async () => {
    await serve((_, response) => response.writeHead(302, { location: "http://evil.test/" }).end());
    await expect(call()).rejects.toMatchObject({ code: "bad_gateway" });
  });

  it("is refused with unavailable when nothing answers", async () => {
    await serve((request) => request.socket.destroy());
    await expect(call()).rejects.toMatchObject({ code: "unavailable" });
  });

  it("is refused with timeout when the answer does not begin in time", async () => {
    await serve(() => undefined);
    await expect(call({ timeoutMs: 50 })).rejects.toMatchObject({ code: "timeout" });
  });

  it("lets a body take longer than the timeout for its headers", async () => {
    await serve((_, response) => {
      response.writeHead(200, { "content-type": "application/json" }).write("{");
      setTimeout(() => response.end("}"), 200);
    });
    expect(await (await call({ timeoutMs: 100 })).text()).toBe("{}");
  });

  it("names the missing setting", async () => {
    await serve((_, response) => response.end());
    vi.stubEnv("AICOACH_SERVICE_URL", "");
    await expect(call()).rejects.toMatchObject({ setting: "AICOACH_SERVICE_URL" });
  });
});
