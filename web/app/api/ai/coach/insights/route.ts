/** The caller's insights, a page at a time; filters are the service's to judge. */
import { ownerRoute, pass } from "@/lib/route";

export const GET = ownerRoute(async (caller) => {
  const { search } = new URL(caller.request.url);
  return pass(caller, { method: "GET", path: `/insights${search}` });
});
