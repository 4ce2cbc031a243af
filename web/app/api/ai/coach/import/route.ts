/** A statement on its way to the service: a preview with `dry_run`, else the import itself. Nothing is kept here. */
import { readUpload } from "@/lib/guards";
import { ownerRoute, pass } from "@/lib/route";

// Reading a long statement takes the service its time.
const READ_TIMEOUT_MS = 120_000;

export const maxDuration = 120;

export const POST = ownerRoute(async (caller) => {
  const dryRun = new URL(caller.request.url).searchParams.get("dry_run");
  const query = dryRun === null ? "" : `?${new URLSearchParams({ dry_run: dryRun })}`;
  const { bytes, contentType } = await readUpload(caller.request);
  const call = { method: "POST", path: `/import${query}`, body: bytes, contentType };
  return pass(caller, { ...call, timeoutMs: READ_TIMEOUT_MS });
});
