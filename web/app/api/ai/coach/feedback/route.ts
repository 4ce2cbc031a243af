/** Whether an insight helped; a repeat replaces. */
import { readJsonText } from "@/lib/guards";
import { ownerRoute, pass } from "@/lib/route";

export const POST = ownerRoute(async (caller) => {
  return pass(caller, { method: "POST", path: "/feedback", body: await readJsonText(caller.request) });
});
