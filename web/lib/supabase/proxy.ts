/** Refreshes the session's cookies before anything else reads them, and says who is calling. */
import { createServerClient } from "@supabase/ssr";
import type { NextRequest, NextResponse } from "next/server";
import { setting } from "@/lib/env";
import { hardened } from "./cookies";
import { type User, userFrom } from "./user";

type SetCookies = (response: NextResponse) => void;

export interface Session {
  readonly user: User | null;
  /** Puts refreshed cookies on the answer; without this a rotated refresh token would be lost. */
  readonly keep: SetCookies;
}

export async function refreshSession(request: NextRequest): Promise<Session> {
  const https = (request.headers.get("x-forwarded-proto") ?? request.nextUrl.protocol).startsWith("https");
  const writes: SetCookies[] = [];
  const client = createServerClient(
    setting("AICOACH_SUPABASE_URL"),
    setting("AICOACH_SUPABASE_PUBLISHABLE_KEY"),
    {
      cookies: {
        getAll: () => request.cookies.getAll(),
        setAll: (all) =>
          all.forEach(({ name, value, options }) => {
            // The page behind us must see the new value too, not only the browser.
            request.cookies.set(name, value);
            writes.push((response) => response.cookies.set(name, value, hardened(options, https)));
          }),
      },
    },
  );
  const user = await userFrom(client);
  return { user, keep: (response) => writes.forEach((write) => write(response)) };
}
