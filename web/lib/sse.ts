/** Hands the service's event stream to the browser byte for byte, as it arrives. */

export const STREAM_HEADERS: Readonly<Record<string, string>> = {
  "content-type": "text/event-stream; charset=utf-8",
  // no-transform keeps every hop, Next's own gzip included, from holding bytes back.
  "cache-control": "no-store, no-transform",
  "x-accel-buffering": "no",
};

/** Next sends no headers before the first byte, so a comment goes out at once; the service's bytes follow unchanged. */
export function withPreamble(onEnd: () => void): TransformStream<Uint8Array, Uint8Array> {
  return new TransformStream({
    start: (controller) => controller.enqueue(new TextEncoder().encode(": open\n\n")),
    flush: onEnd,
  });
}
