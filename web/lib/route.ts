/** What every route handler shares: who is calling, same origin, one log line, and problems instead of exceptions. */
import "server-only";
import { MissingSetting } from "./env";
import { requireSameOrigin } from "./guards";
import { type ProblemCode, problemResponse } from "./problem";
import { Refusal } from "./refusal";
import { logRequest } from "./request-log";
import { callService, relay, type ServiceCall } from "./service";
import { currentUser } from "./supabase/server";
import { requestIdOf, uuidOf } from "./trace";

export interface Visitor {
  readonly request: Request;
  readonly requestId: string;
  /** Notes who it turned out to be, for the log line. */
  readonly identify: (userId: string) => void;
}

export interface Caller extends Visitor {
  readonly userId: string;
}

interface Params {
  /** Undefined on a route without a variable part. */
  readonly params: Promise<Record<string, string> | undefined>;
}

type Handler<C> = (caller: C, params: Record<string, string>) => Promise<Response>;
type RouteHandler = (request: Request, context: Params) => Promise<Response>;

/** A handler that only a signed-in user reaches, and on changes only from our own pages. */
export function ownerRoute(handler: Handler<Caller>): RouteHandler {
  return openRoute(async (visitor, params) => {
    const { request } = visitor;
    if (request.method !== "GET" && request.method !== "HEAD") requireSameOrigin(request.headers);
    const user = await currentUser();
    if (!user) throw new Refusal("sign_in_required");
    visitor.identify(user.id);
    return handler({ ...visitor, userId: user.id }, params);
  });
}

/** A handler that brings its own credentials (cron); logged and guarded like the others. */
export function openRoute(handler: Handler<Visitor>): RouteHandler {
  return async (request, context) => {
    const started = performance.now();
    const requestId = requestIdOf(request.headers);
    const params = (await context.params) ?? {};
    let userId: string | undefined;
    const identify = (id: string): void => void (userId = id);
    const outcome = await settle(() => handler({ request, requestId, identify }, params), requestId);
    const { pathname, searchParams } = new URL(request.url);
    const { response } = outcome;
    logRequest({
      event: "request",
      method: request.method,
      path: pathname,
      status: response.status,
      code: outcome.code,
      ms: performance.now() - started,
      requestId,
      incoming: request.headers,
      sessionId: response.headers.get("x-session-id") ?? sessionOf(pathname, params, searchParams),
      userId,
      cause: outcome.cause,
    });
    return response;
  };
}

/** The session a request names, also when it was refused. */
function sessionOf(path: string, params: Record<string, string>, query: URLSearchParams): string | null {
  return uuidOf(path.includes("/session/") ? (params.id ?? null) : query.get("sessionId"));
}

interface Outcome {
  readonly response: Response;
  readonly code?: ProblemCode;
  readonly cause?: unknown;
}

async function settle(work: () => Promise<Response>, requestId: string): Promise<Outcome> {
  try {
    return { response: await work() };
  } catch (error) {
    const code = codeOf(error);
    const cause = error instanceof Refusal ? error.cause : error;
    return { response: problemResponse(code, requestId), code, cause };
  }
}

function codeOf(error: unknown): ProblemCode {
  if (error instanceof Refusal) return error.code;
  return error instanceof MissingSetting ? "not_configured" : "bad_gateway";
}

/** The id a call is about (of a session, a hint); one that is no UUID does not exist. */
export function requireId(value: string | null | undefined): string {
  const id = uuidOf(value ?? null);
  if (!id) throw new Refusal("not_found");
  return id;
}

/** Calls the service for this user and passes its answer on unchanged. */
export async function pass(
  caller: Caller,
  call: Pick<ServiceCall, "method" | "path" | "sessionId" | "body" | "contentType" | "forward" | "timeoutMs">,
): Promise<Response> {
  const { requestId, userId, request } = caller;
  const answer = await callService({ ...call, requestId, userId, incoming: request.headers });
  return relay(answer, requestId, call.sessionId);
}
