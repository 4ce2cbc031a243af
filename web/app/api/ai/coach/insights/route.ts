/** The caller's insights, a page at a time. */
import { ownerRoute, pass } from "@/lib/route";

const PASSED_ON = ["cursor", "limit"] as const;

export const GET = ownerRoute(async (caller) => {
  const asked = new URL(caller.request.url).searchParams;
  const query = new URLSearchParams(PASSED_ON.flatMap((name) => asked.getAll(name).map((value) => [name, value])));
  return pass(caller, { method: "GET", path: `/insights${query.size > 0 ? `?${query}` : ""}` });
});
