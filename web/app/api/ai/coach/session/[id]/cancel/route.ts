/** Asks the owner of a run to stop it; what it has already said stays. */
import { ownerRoute, pass, requireId } from "@/lib/route";

export const POST = ownerRoute(async (caller, { id }) => {
  const sessionId = requireId(id);
  return pass(caller, { method: "POST", path: `/session/${sessionId}/cancel`, sessionId });
});
