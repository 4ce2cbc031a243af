/** The bridge token says who is calling, for ten minutes, in a way anyone with the public key can verify. */
import { execFileSync } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { decodeProtectedHeader, importSPKI, jwtVerify } from "jose";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { bridgeToken } from "@/lib/bridge";
import { signBridgeToken } from "@/lib/bridge-token.mjs";

const USER = "11111111-1111-4111-8111-111111111111";
const { privateKey, publicKey } = generateKeyPairSync("rsa", {
  modulusLength: 2048,
  privateKeyEncoding: { type: "pkcs8", format: "pem" },
  publicKeyEncoding: { type: "spki", format: "pem" },
});

async function verified(token: string) {
  const key = await importSPKI(publicKey, "RS256");
  return jwtVerify(token, key, { algorithms: ["RS256"], issuer: "aicoach-web", audience: "aicoach" });
}

// S0-2.1a
describe("the bridge token", () => {
  beforeEach(() => {
    vi.stubEnv("AICOACH_JWT_PRIVATE_KEY", privateKey);
    vi.stubEnv("AICOACH_JWT_KID", "key-1");
  });

  it("carries exactly the agreed header and claims", async () => {
    const token = await bridgeToken(USER);
    const { payload } = await verified(token);
    expect(decodeProtectedHeader(token)).toEqual({ alg: "RS256", typ: "JWT", kid: "key-1" });
    expect(Object.keys(payload).sort()).toEqual(["aud", "exp", "iat", "iss", "jti", "sub"]);
    expect(payload.sub).toBe(USER);
    expect(payload.exp).toBe((payload.iat ?? 0) + 600);
  });

  it("is issued at the given second", async () => {
    const token = await signBridgeToken({ userId: USER, privateKey, kid: "k", now: 1_700_000_000.9 });
    const claims = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString()) as {
      iat: number;
    };
    expect(claims.iat).toBe(1_700_000_000);
  });

  it("is never the same twice", async () => {
    const [one, two] = await Promise.all([bridgeToken(USER), bridgeToken(USER)]);
    expect((await verified(one)).payload.jti).not.toBe((await verified(two)).payload.jti);
  });

  it("accepts a key whose line breaks were escaped for an environment variable", async () => {
    vi.stubEnv("AICOACH_JWT_PRIVATE_KEY", privateKey.replaceAll("\n", "\\n"));
    await expect(verified(await bridgeToken(USER))).resolves.toBeDefined();
  });

  it("refuses to sign without a key, and says which setting is missing", () => {
    vi.stubEnv("AICOACH_JWT_PRIVATE_KEY", "");
    expect(() => bridgeToken(USER)).toThrow("AICOACH_JWT_PRIVATE_KEY");
  });
});

// S0-2.1b
describe("print-token", () => {
  const env = { ...process.env, AICOACH_JWT_PRIVATE_KEY: privateKey, AICOACH_JWT_KID: "key-1" };
  const print = (user: string) =>
    execFileSync(process.execPath, ["scripts/print-token.mjs", user], {
      env,
      encoding: "utf8",
      stdio: "pipe",
    });

  it("prints a token that verifies", async () => {
    expect((await verified(print(USER).trim())).payload.sub).toBe(USER);
  });

  it("refuses what is no user id", () => {
    expect(() => print("somebody")).toThrow(/usage/);
  });
});
