/** What a person makes of a hint: accepted, dismissed or done. */
import { readJsonText } from "@/lib/guards";
import { ownerRoute, pass, requireId } from "@/lib/route";

export const PATCH = ownerRoute(async (caller, { id }) => {
  const path = `/recommendations/${requireId(id)}`;
  return pass(caller, { method: "PATCH", path, body: await readJsonText(caller.request) });
});
