/** The signed-in user as the auth server vouches for it. */
import { isAuthRetryableFetchError, type SupabaseClient } from "@supabase/supabase-js";
import { Refusal } from "@/lib/refusal";

export interface User {
  readonly id: string;
  readonly email: string;
}

/** The verified user, or null when signed out; throws Refusal when the auth server cannot be asked. */
export async function userFrom(client: SupabaseClient): Promise<User | null> {
  const { data, error } = await client.auth.getClaims();
  if (isAuthRetryableFetchError(error)) throw new Refusal("auth_unavailable", { cause: error });
  if (!data) return null;
  const { sub, email } = data.claims;
  return { id: sub, email: typeof email === "string" ? email : "" };
}
