"use server";
/** Signing in and out, on the server: passwords and tokens never reach a script in the browser. */
import { redirect } from "next/navigation";
import { isAuthRetryableFetchError } from "@supabase/supabase-js";
import { demoUsers } from "@/lib/env";
import { signingClient } from "@/lib/supabase/server";

export type SignInError = "invalid" | "unavailable";

export async function signIn(_before: SignInError | null, form: FormData): Promise<SignInError> {
  return enter(String(form.get("email") ?? ""), String(form.get("password") ?? ""));
}

/** One click for a local demo's user; without AICOACH_DEMO_USERS there is nobody to sign in. */
export async function signInAsDemo(_before: SignInError | null, form: FormData): Promise<SignInError> {
  const user = demoUsers().find(({ email }) => email === form.get("demo"));
  return user ? enter(user.email, user.password) : "invalid";
}

export async function signOut(): Promise<void> {
  const client = await signingClient();
  await client.auth.signOut({ scope: "local" });
  redirect("/login");
}

async function enter(email: string, password: string): Promise<SignInError> {
  const client = await signingClient();
  const { error } = await client.auth.signInWithPassword({ email, password });
  if (error) return isAuthRetryableFetchError(error) ? "unavailable" : "invalid";
  redirect("/");
}
