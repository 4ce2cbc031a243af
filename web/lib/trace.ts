/** The ids by which one request is found again in every log it passed. */

const REQUEST_ID = /^[A-Za-z0-9._-]{8,64}$/;
const TRACEPARENT = /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** The caller's own request id if it is harmless to print, else a new one. */
export function requestIdOf(headers: Headers): string {
  const given = headers.get("x-request-id") ?? "";
  return REQUEST_ID.test(given) ? given : crypto.randomUUID();
}

/**
 * The W3C trace context: the caller's own when it is well formed, else a new trace.
 *
 * The façade records no span of its own, so a caller's span stays the parent of the service's.
 */
export function traceparentOf(headers: Headers): string {
  const given = headers.get("traceparent") ?? "";
  return TRACEPARENT.test(given) ? given : `00-${randomHex(16)}-${randomHex(8)}-01`;
}

/** The id that all log lines of a trace share. */
export function traceIdOf(traceparent: string): string {
  return traceparent.split("-")[1] ?? "";
}

function randomHex(bytes: number): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(bytes)), (byte) =>
    byte.toString(16).padStart(2, "0"),
  ).join("");
}

/** An id as it may enter a path or a header, or null for anything that is no UUID. */
export function uuidOf(value: string | null): string | null {
  return value && UUID.test(value) ? value.toLowerCase() : null;
}
