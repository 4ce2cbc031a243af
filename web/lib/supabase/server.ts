/** Supabase as the signed-in user, from the request's cookies; reads pass row level security, never a service key. */
import "server-only";
import { createServerClient } from "@supabase/ssr";
import { cookies, headers } from "next/headers";
import { setting } from "@/lib/env";
import { hardened } from "./cookies";
import { type User, userFrom } from "./user";

/** A client for reading: a page cannot set cookies, and proxy.ts has already refreshed them. */
export async function readingClient() {
  const jar = await cookies();
  return createServerClient(setting("AICOACH_SUPABASE_URL"), setting("AICOACH_SUPABASE_PUBLISHABLE_KEY"), {
    cookies: { getAll: () => jar.getAll(), setAll: () => undefined },
  });
}

/** A client for signing in and out, which writes the session's cookies. */
export async function signingClient() {
  const [jar, request] = [await cookies(), await headers()];
  const https = request.get("x-forwarded-proto")?.startsWith("https") ?? false;
  return createServerClient(setting("AICOACH_SUPABASE_URL"), setting("AICOACH_SUPABASE_PUBLISHABLE_KEY"), {
    cookies: {
      getAll: () => jar.getAll(),
      setAll: (all) =>
        all.forEach(({ name, value, options }) => jar.set(name, value, hardened(options, https))),
    },
  });
}

/** Who is signed in, verified (not merely read from a cookie), or null. */
export async function currentUser(): Promise<User | null> {
  return userFrom(await readingClient());
}
