/** What a browser's call must satisfy before it is passed on: our own origin, JSON, and not too much of it. */
import { Refusal } from "./refusal";

export const MAX_BODY_BYTES = 256 * 1024;

/**
 * Refuses a state-changing call that another site's page made with this user's cookies.
 *
 * Browsers always send `Origin` on such calls. A caller without it is not a browser, unless
 * `Sec-Fetch-Site` says otherwise. A forwarded host is safe to trust here: no foreign page can set it.
 */
export function requireSameOrigin(headers: Headers): void {
  const origin = headers.get("origin");
  if (origin === null) {
    const site = headers.get("sec-fetch-site");
    if (site === null || site === "same-origin") return;
    throw new Refusal("cross_origin");
  }
  const ours = [headers.get("host"), headers.get("x-forwarded-host")];
  if (!URL.canParse(origin) || !ours.includes(new URL(origin).host)) throw new Refusal("cross_origin");
}

/** The body's text, at most 256 KB; an empty body is the empty string, the service judges the rest. */
export async function readJsonText(request: Request): Promise<string> {
  if (Number(request.headers.get("content-length") ?? 0) > MAX_BODY_BYTES) throw new Refusal("too_large");
  const text = request.body ? await readLimited(request.body) : "";
  const mediaType = request.headers.get("content-type")?.split(";")[0]?.trim().toLowerCase();
  if (text && mediaType !== "application/json") throw new Refusal("unsupported_media_type");
  return text;
}

async function readLimited(body: ReadableStream<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  let size = 0;
  let text = "";
  for await (const chunk of body as unknown as AsyncIterable<Uint8Array>) {
    size += chunk.byteLength;
    if (size > MAX_BODY_BYTES) throw new Refusal("too_large");
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}
