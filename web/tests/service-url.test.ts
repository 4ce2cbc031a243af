import { afterEach, describe, expect, it, vi } from "vitest";
import { MissingSetting, serviceUrlFor } from "@/lib/env";

afterEach(() => vi.unstubAllEnvs());

describe("where the service is", () => {
  it("is one address unless the host runs a part of it as a function of its own", () => {
    vi.stubEnv("AICOACH_SERVICE_URL", "https://service.test/");
    vi.stubEnv("AICOACH_STREAM_URL", "https://stream.test");
    expect(serviceUrlFor("/stream?sessionId=1")).toBe("https://stream.test");
    expect(serviceUrlFor("/webhook?job=daily")).toBe("https://service.test");
    expect(serviceUrlFor("/session/stream/cancel")).toBe("https://service.test");
  });

  it("is nowhere when nothing says so", () => {
    vi.stubEnv("AICOACH_SERVICE_URL", "");
    expect(() => serviceUrlFor("/session")).toThrow(MissingSetting);
  });
});
