/** Who a page is made for; somebody who is not signed in is shown the way in. */
import "server-only";
import { redirect } from "next/navigation";
import { cache } from "react";
import { currentUser } from "./supabase/server";
import type { User } from "./supabase/user";

export const pageUser = cache(async (): Promise<User> => {
  const user = await currentUser();
  if (!user) redirect("/login");
  return user;
});
