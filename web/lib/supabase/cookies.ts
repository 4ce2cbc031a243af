/** Session cookies that scripts cannot read: no page of ours talks to Supabase from the browser. */
import type { CookieOptions } from "@supabase/ssr";

export function hardened(options: CookieOptions, https: boolean): CookieOptions {
  return { ...options, httpOnly: true, sameSite: "lax", secure: https };
}
