/** Everything the coach has said, with filters, a page at a time. */
import type { Metadata } from "next";
import { HistoryList } from "@/components/HistoryList";
import { LoadError } from "@/components/LoadError";
import { PageMain } from "@/components/PageMain";
import { parsePage } from "@/lib/history";
import { pageWording } from "@/lib/language";
import { pageUser } from "@/lib/page-user";
import { readForPage } from "@/lib/service-data";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await pageWording()).words.history.title };
}

export default async function HistoryPage() {
  const [user, { words }] = [await pageUser(), await pageWording()];
  const first = parsePage(await readForPage(user.id, "/insights?limit=20"));
  return (
    <PageMain title={words.history.title} lead={words.history.lead} column>
      {first ? <HistoryList first={first} /> : <LoadError />}
    </PageMain>
  );
}
