/** Which methods each call of the façade answers: anything else is refused as a problem, not as an empty page. */

export const API = "/api/ai/coach/";

/** By path below the API; `*` stands for one id. A test holds this table against the route handlers. */
export const CALLS: Readonly<Record<string, readonly string[]>> = {
  digest: ["GET"],
  export: ["GET"],
  feedback: ["POST"],
  "goals/plan": ["GET", "PUT"],
  import: ["POST"],
  insights: ["GET"],
  me: ["DELETE"],
  prefs: ["GET", "PUT"],
  "recommendations/*": ["PATCH"],
  "session/*": ["GET"],
  "session/*/cancel": ["POST"],
  start: ["POST"],
  stream: ["GET"],
  webhook: ["GET", "POST", "HEAD"],
};

const PATTERNS = Object.entries(CALLS).map(
  ([path, methods]) => [new RegExp(`^${API}${path.replaceAll("*", "[^/]+")}$`), methods] as const,
);

/** The methods of the call at this path, if this is not one of them; null when the call may go on. */
export function otherMethods(path: string, method: string): readonly string[] | null {
  // Next answers HEAD where there is a GET, and OPTIONS everywhere, by itself.
  if (method === "OPTIONS") return null;
  const methods = PATTERNS.find(([pattern]) => pattern.test(path))?.[1];
  const answered = methods && (methods.includes(method) || (method === "HEAD" && methods.includes("GET")));
  return methods && !answered ? methods : null;
}
