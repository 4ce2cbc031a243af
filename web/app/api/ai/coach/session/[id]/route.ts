/** One run's status, tasks, usage and insights. */
import { ownerRoute, pass, requireId } from "@/lib/route";

export const GET = ownerRoute(async (caller, { id }) => {
  const sessionId = requireId(id);
  return pass(caller, { method: "GET", path: `/session/${sessionId}`, sessionId });
});
