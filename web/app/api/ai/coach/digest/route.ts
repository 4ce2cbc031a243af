/** The latest weekly digest as plain text in JSON. */
import { ownerRoute, pass } from "@/lib/route";

export const GET = ownerRoute(async (caller) => pass(caller, { method: "GET", path: "/digest" }));
