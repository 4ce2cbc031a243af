/** Another site's page cannot act with this user's cookies, and nobody can send too much. */
import { describe, expect, it } from "vitest";
import { MAX_BODY_BYTES, MAX_UPLOAD_BYTES, readJsonText, readUpload, requireSameOrigin } from "@/lib/guards";
import { requestIdOf, traceIdOf, traceparentOf, uuidOf } from "@/lib/trace";

const headers = (more: Record<string, string>) => new Headers({ host: "coach.test", ...more });
const post = (body: BodyInit | null, type = "application/json") =>
  new Request("http://coach.test/", { method: "POST", body, headers: { "content-type": type } });

describe("origin", () => {
  it.each([
    ["our own page", { origin: "https://coach.test" }],
    ["our own page behind a proxy", { origin: "https://public.test", "x-forwarded-host": "public.test" }],
    ["a caller that is no browser", {}],
    ["our own page without an origin", { "sec-fetch-site": "same-origin" }],
  ])("%s may", (_who, more) => {
    expect(() => requireSameOrigin(headers(more))).not.toThrow();
  });

  it.each([
    ["another site", { origin: "https://evil.test" }],
    ["another port", { origin: "https://coach.test:8443" }],
    ["a look-alike", { origin: "https://coach.test.evil.test" }],
    ["a sandboxed frame", { origin: "null" }],
    ["a sibling domain", { "sec-fetch-site": "same-site" }],
    ["a cross-site form", { "sec-fetch-site": "cross-site" }],
  ])("%s may not", (_who, more) => {
    expect(() => requireSameOrigin(headers(more))).toThrow("cross_origin");
  });
});

describe("a body", () => {
  it("of 256 KB passes", async () => {
    expect(await readJsonText(post("x".repeat(MAX_BODY_BYTES)))).toHaveLength(MAX_BODY_BYTES);
  });

  it("of one byte more does not, whatever length it declares", async () => {
    const stream = new Blob(["x".repeat(MAX_BODY_BYTES + 1)]).stream();
    const init = { method: "POST", body: stream, duplex: "half" } as RequestInit;
    await expect(readJsonText(new Request("http://coach.test/", init))).rejects.toThrow("too_large");
  });

  it("in another media type does not", async () => {
    await expect(readJsonText(post("{}", "text/plain"))).rejects.toThrow("unsupported_media_type");
  });

  it("may be absent", async () => {
    expect(await readJsonText(post(null))).toBe("");
  });
});

describe("an upload", () => {
  const form = "multipart/form-data; boundary=x";

  it("of 4 MB passes with its boundary, byte for byte", async () => {
    const { bytes, contentType } = await readUpload(post(new Uint8Array(MAX_UPLOAD_BYTES).fill(255), form));
    expect([bytes.length, bytes[0], contentType]).toEqual([MAX_UPLOAD_BYTES, 255, form]);
  });

  it("of one byte more does not", async () => {
    await expect(readUpload(post(new Uint8Array(MAX_UPLOAD_BYTES + 1), form))).rejects.toThrow("file_too_large");
  });

  it("that is no form does not", async () => {
    await expect(readUpload(post("{}"))).rejects.toThrow("form_required");
  });
});

describe("ids", () => {
  it("keep a harmless request id and replace any other", () => {
    expect(requestIdOf(new Headers({ "x-request-id": "abc-12345" }))).toBe("abc-12345");
    expect(requestIdOf(new Headers({ "x-request-id": 'x"} injected' }))).toMatch(/^[0-9a-f-]{36}$/);
  });

  it("take only a UUID for a session", () => {
    expect(uuidOf("5C886BB2-c114-4584-be66-657ab85e897f")).toBe("5c886bb2-c114-4584-be66-657ab85e897f");
    expect(uuidOf("../../etc/passwd")).toBeNull();
    expect(uuidOf(null)).toBeNull();
  });

  it("continue a well-formed trace, and begin a new one for anything else", () => {
    const given = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00";
    expect(traceparentOf(new Headers({ traceparent: given }))).toBe(given);
    const broken = ["", "x", `00-${"0".repeat(32)}-b7ad6b7169203331-01`, `${given}-x`, given.toUpperCase()];
    const begun = broken.map((traceparent) => traceparentOf(new Headers({ traceparent })));
    for (const one of begun) expect(one).toMatch(/^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-01$/);
    expect(new Set(begun.map(traceIdOf)).size).toBe(broken.length);
  });
});
