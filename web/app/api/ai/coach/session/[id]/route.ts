/** One run's status, tasks, usage and insights. */
import { ownerRoute, pass, requireSessionId } from "@/lib/route";

export const GET = ownerRoute(async (caller, { id }) => {
  const sessionId = requireSessionId(id);
  return pass(caller, { method: "GET", path: `/session/${sessionId}`, sessionId });
});
