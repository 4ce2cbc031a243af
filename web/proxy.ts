/** The gate before every page and call: request id, session refresh, sign-in, page policy. */
import { type NextRequest, NextResponse } from "next/server";
import { API, otherMethods } from "@/lib/calls";
import { contentSecurityPolicy } from "@/lib/csp";
import { MissingSetting } from "@/lib/env";
import { type ProblemCode, problemResponse } from "@/lib/problem";
import { Refusal } from "@/lib/refusal";
import { logRequest } from "@/lib/request-log";
import { refreshSession, type Session } from "@/lib/supabase/proxy";
import { requestIdOf, traceparentOf, uuidOf } from "@/lib/trace";

const WEBHOOK = `${API}webhook`;
const LOGIN = "/login";

export async function proxy(request: NextRequest): Promise<NextResponse | Response> {
  const requestId = requestIdOf(request.headers);
  request.headers.set("x-request-id", requestId);
  request.headers.set("traceparent", traceparentOf(request.headers));
  // next.config.ts rewrites the /app alias only after this gate.
  const path = request.nextUrl.pathname.replace(/^\/app(?=\/api\/ai\/coach\/)/, "");
  // Cron brings its own secret and has no session; the service checks it.
  if (path === WEBHOOK) return call(request, path, requestId);
  try {
    return gate(request, path, requestId, await refreshSession(request));
  } catch (error) {
    if (error instanceof Refusal) return refuse(request, error.code, requestId, error.cause);
    if (error instanceof MissingSetting) return unconfigured(error, requestId);
    throw error;
  }
}

function gate(request: NextRequest, path: string, requestId: string, session: Session): Response {
  const response = answer(request, path, requestId, session.user !== null);
  if (response instanceof NextResponse) session.keep(response);
  return response;
}

function answer(request: NextRequest, path: string, requestId: string, signedIn: boolean): Response {
  if (path.startsWith(API))
    return signedIn ? call(request, path, requestId) : refuse(request, "sign_in_required", requestId);
  if (!signedIn && path !== LOGIN) return redirect(request, LOGIN);
  if (signedIn && path === LOGIN && request.method === "GET") return redirect(request, "/");
  return page(request, requestId);
}

function call(request: NextRequest, path: string, requestId: string): Response {
  const methods = otherMethods(path, request.method);
  if (!methods) return onward(request);
  const refusal = refuse(request, "method_not_allowed", requestId);
  refusal.headers.set("allow", methods.join(", "));
  return refusal;
}

/** Refused at the gate, where no route handler writes the log line. */
function refuse(request: NextRequest, code: ProblemCode, requestId: string, cause?: unknown): Response {
  const response = problemResponse(code, requestId);
  logRequest({
    event: "request",
    method: request.method,
    path: request.nextUrl.pathname,
    status: response.status,
    code,
    ms: 0,
    requestId,
    incoming: request.headers,
    sessionId: uuidOf(request.nextUrl.searchParams.get("sessionId")),
    cause,
  });
  return response;
}

function redirect(request: NextRequest, to: string): NextResponse {
  // A POST must not be repeated against another page.
  return NextResponse.redirect(new URL(to, request.url), request.method === "GET" ? 307 : 303);
}

function onward(request: NextRequest): NextResponse {
  return NextResponse.next({ request: { headers: request.headers } });
}

function page(request: NextRequest, requestId: string): NextResponse {
  const nonce = btoa(crypto.randomUUID());
  const policy = contentSecurityPolicy(nonce, process.env.NODE_ENV === "development");
  // Next finds the nonce for its own scripts in the request's policy header.
  request.headers.set("content-security-policy", policy);
  const response = NextResponse.next({ request: { headers: request.headers } });
  response.headers.set("content-security-policy", policy);
  response.headers.set("x-request-id", requestId);
  return response;
}

function unconfigured(error: MissingSetting, requestId: string): Response {
  console.error(
    JSON.stringify({
      logger: "web",
      level: "error",
      event: "not_configured",
      setting: error.setting,
      request_id: requestId,
    }),
  );
  return problemResponse("not_configured", requestId);
}

export const config = {
  matcher: ["/((?!_next/static|_next/image|favicon.ico|icon.svg).*)"],
};
