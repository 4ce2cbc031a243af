/** The Coach Hub: what the coach has said, read on the server as the signed-in user, and the button to run it. */
import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { CoachHub } from "@/components/CoachHub";
import { Masthead } from "@/components/Masthead";
import { activeSession, latestInsights } from "@/lib/hub-data";
import { currentUser, readingClient } from "@/lib/supabase/server";
import { words } from "@/lib/words";

export const metadata: Metadata = { title: words.hub.title };

export default async function HubPage() {
  const user = await currentUser();
  if (!user) redirect("/login");
  const client = await readingClient();
  const [saved, activeSessionId] = await Promise.all([latestInsights(client), activeSession(client)]);
  return (
    <>
      <Masthead email={user.email} />
      <main id="main">
        <div className="lead">
          <h1>{words.hub.title}</h1>
          <p>{words.tagline}</p>
        </div>
        <CoachHub saved={saved} activeSessionId={activeSessionId} />
      </main>
    </>
  );
}
