/** What every page behind the sign-in has: the masthead with the way to the others. */
import type { ReactNode } from "react";
import { Masthead } from "@/components/Masthead";
import { pageUser } from "@/lib/page-user";

export default async function HubLayout({ children }: { children: ReactNode }) {
  const user = await pageUser();
  return (
    <>
      <Masthead email={user.email} />
      {children}
    </>
  );
}
