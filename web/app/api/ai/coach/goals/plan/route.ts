/** What the caller saves for, and the mix they want: theirs to say, the service's to judge. */
import { readJsonText } from "@/lib/guards";
import { ownerRoute, pass } from "@/lib/route";

export const GET = ownerRoute(async (caller) => pass(caller, { method: "GET", path: "/goals/plan" }));

export const PUT = ownerRoute(async (caller) => {
  return pass(caller, { method: "PUT", path: "/goals/plan", body: await readJsonText(caller.request) });
});
