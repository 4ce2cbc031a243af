/** What a page reads from the service for its reader while it is made; null when it cannot be read. */
import "server-only";
import { headers } from "next/headers";
import { MissingSetting } from "./env";
import { Refusal } from "./refusal";
import { callService } from "./service";
import { requestIdOf } from "./trace";

export async function readForPage(userId: string, path: string): Promise<unknown> {
  const incoming = await headers();
  const requestId = requestIdOf(incoming);
  try {
    const answer = await callService({ method: "GET", path, requestId, userId, incoming });
    if (answer.ok) return await answer.json();
    return unread(path, requestId, String(answer.status));
  } catch (error) {
    if (error instanceof Refusal || error instanceof MissingSetting || error instanceof SyntaxError)
      return unread(path, requestId, error.message);
    throw error;
  }
}

function unread(path: string, requestId: string, code: string): null {
  const line = { logger: "web", level: "error", event: "read_failed", path, code, request_id: requestId };
  console.error(JSON.stringify(line));
  return null;
}
