/** The caller's insights, a page at a time. */
import { ownerRoute, pass } from "@/lib/route";

export const GET = ownerRoute(async (caller) => {
  const cursor = new URL(caller.request.url).searchParams.get("cursor");
  const query = cursor === null ? "" : `?${new URLSearchParams({ cursor })}`;
  return pass(caller, { method: "GET", path: `/insights${query}` });
});
