/** The ids by which one request is found again in every log it passed. */

const REQUEST_ID = /^[A-Za-z0-9._-]{8,64}$/;
const TRACEPARENT = /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** The caller's own request id if it is harmless to print, else a new one. */
export function requestIdOf(headers: Headers): string {
  const given = headers.get("x-request-id") ?? "";
  return REQUEST_ID.test(given) ? given : crypto.randomUUID();
}

/** The W3C trace context, passed on only when well formed. */
export function traceparentOf(headers: Headers): string | null {
  const given = headers.get("traceparent") ?? "";
  return TRACEPARENT.test(given) ? given : null;
}

/** An id as it may enter a path or a header, or null for anything that is no UUID. */
export function uuidOf(value: string | null): string | null {
  return value && UUID.test(value) ? value.toLowerCase() : null;
}
