/** Signs the bridge token of DESIGN §4.3; plain JavaScript so that scripts/print-token.mjs runs these very lines. */
import { randomUUID } from "node:crypto";
import { importPKCS8, SignJWT } from "jose";

export const ISSUER = "aicoach-web";
export const AUDIENCE = "aicoach";
export const LIFETIME_SECONDS = 600;

/**
 * A PEM as stored in an environment variable, where line breaks often arrive as the two characters `\n`.
 * @param {string} value
 * @returns {string}
 */
export function unescapePem(value) {
  return value.replaceAll("\\n", "\n").trim();
}

/**
 * An RS256 token that says to the service, for ten minutes, who is calling.
 * @param {{ userId: string, privateKey: string, kid: string, now?: number }} input `now` in seconds since 1970
 * @returns {Promise<string>}
 */
export async function signBridgeToken({ userId, privateKey, kid, now = Date.now() / 1000 }) {
  const issuedAt = Math.floor(now);
  const key = await importPKCS8(unescapePem(privateKey), "RS256");
  return new SignJWT()
    .setProtectedHeader({ alg: "RS256", typ: "JWT", kid })
    .setIssuer(ISSUER)
    .setAudience(AUDIENCE)
    .setSubject(userId)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + LIFETIME_SECONDS)
    .setJti(randomUUID())
    .sign(key);
}
