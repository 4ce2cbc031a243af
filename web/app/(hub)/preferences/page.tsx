/** How the coach speaks to its reader, and what happens to their data. */
import type { Metadata } from "next";
import { DataControls } from "@/components/DataControls";
import { LoadError } from "@/components/LoadError";
import { PageMain } from "@/components/PageMain";
import { PreferencesForm } from "@/components/PreferencesForm";
import { QuietTopics } from "@/components/QuietTopics";
import { pageWording } from "@/lib/language";
import { pageUser } from "@/lib/page-user";
import { parsePreferences, parseQuietTopics } from "@/lib/preferences";
import { readForPage } from "@/lib/service-data";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await pageWording()).words.preferences.title };
}

export default async function PreferencesPage() {
  const [user, { words }] = [await pageUser(), await pageWording()];
  const answer = await readForPage(user.id, "/prefs");
  const preferences = parsePreferences(answer);
  const quiet = parseQuietTopics(answer);
  return (
    <PageMain title={words.preferences.title} lead={words.preferences.lead} column>
      <div className="insights">
        {preferences ? (
          <PreferencesForm saved={preferences} timeZones={Intl.supportedValuesOf("timeZone")} />
        ) : (
          <LoadError />
        )}
        {quiet && quiet.length > 0 && <QuietTopics topics={quiet} />}
        <DataControls email={user.email} />
      </div>
    </PageMain>
  );
}
