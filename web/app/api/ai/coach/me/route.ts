/** Deletes everything of the caller's; the page asks twice before it calls this. */
import { ownerRoute, pass } from "@/lib/route";

export const DELETE = ownerRoute(async (caller) => pass(caller, { method: "DELETE", path: "/me" }));
