/** The Coach Hub: what the coach has said, read on the server as the signed-in user, and the button to run it. */
import type { Metadata } from "next";
import { CoachHub } from "@/components/CoachHub";
import { PageMain } from "@/components/PageMain";
import { activeSession, hasPortfolio, latestInsights } from "@/lib/hub-data";
import { pageWording } from "@/lib/language";
import { pageUser } from "@/lib/page-user";
import { readingClient } from "@/lib/supabase/server";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await pageWording()).words.hub.title };
}

export default async function HubPage() {
  await pageUser();
  const [{ words }, client] = [await pageWording(), await readingClient()];
  const [saved, activeSessionId, portfolio] = await Promise.all([
    latestInsights(client),
    activeSession(client),
    hasPortfolio(client),
  ]);
  return (
    <PageMain title={words.hub.title} lead={words.tagline}>
      <CoachHub saved={saved} activeSessionId={activeSessionId} hasPortfolio={portfolio} />
    </PageMain>
  );
}
