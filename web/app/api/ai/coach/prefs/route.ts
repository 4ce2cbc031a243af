/** How the caller wants to be coached. */
import { readJsonText } from "@/lib/guards";
import { ownerRoute, pass } from "@/lib/route";

export const GET = ownerRoute(async (caller) => pass(caller, { method: "GET", path: "/prefs" }));

export const PUT = ownerRoute(async (caller) => {
  return pass(caller, { method: "PUT", path: "/prefs", body: await readJsonText(caller.request) });
});
