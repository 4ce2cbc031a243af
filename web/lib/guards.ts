/** What a browser's call must satisfy before it is passed on: our own origin, the right form, and not too much of it. */
import { Refusal } from "./refusal";

export const MAX_BODY_BYTES = 256 * 1024;
export const MAX_UPLOAD_BYTES = 4 * 1024 * 1024;

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
  const bytes = await readLimited(request, MAX_BODY_BYTES, "too_large");
  if (bytes.length > 0 && mediaType(request) !== "application/json")
    throw new Refusal("unsupported_media_type");
  return new TextDecoder().decode(bytes);
}

export interface Upload {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** With its boundary, exactly as the browser wrote it. */
  readonly contentType: string;
}

/** A form with a file, at most 4 MB, unread: the service takes it apart. */
export async function readUpload(request: Request): Promise<Upload> {
  if (mediaType(request) !== "multipart/form-data") throw new Refusal("form_required");
  const bytes = await readLimited(request, MAX_UPLOAD_BYTES, "file_too_large");
  return { bytes, contentType: request.headers.get("content-type") ?? "" };
}

function mediaType({ headers }: Request): string | undefined {
  return headers.get("content-type")?.split(";")[0]?.trim().toLowerCase();
}

/** The body, refused as soon as it is known to be too long, whatever length it declares. */
async function readLimited(
  { headers, body }: Request,
  limit: number,
  refusal: "too_large" | "file_too_large",
): Promise<Uint8Array<ArrayBuffer>> {
  if (Number(headers.get("content-length") ?? 0) > limit) throw new Refusal(refusal);
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  for await (const chunk of (body ?? []) as unknown as AsyncIterable<Uint8Array<ArrayBuffer>>) {
    size += chunk.byteLength;
    if (size > limit) throw new Refusal(refusal);
    chunks.push(chunk);
  }
  return new Uint8Array(await new Blob(chunks).arrayBuffer());
}
