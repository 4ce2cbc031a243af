/** Everything the coach has said, a page at a time; its filters stand in the page's address. */
import type { Metadata } from "next";
import { HistoryList } from "@/components/HistoryList";
import { LoadError } from "@/components/LoadError";
import { PageMain } from "@/components/PageMain";
import { type Address, filterFrom, insightQuery, parsePage } from "@/lib/history";
import { pageWording } from "@/lib/language";
import { pageUser } from "@/lib/page-user";
import { parsePlan } from "@/lib/plan";
import { readForPage } from "@/lib/service-data";

const SCREENFUL = 20;

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await pageWording()).words.history.title };
}

export default async function HistoryPage({ searchParams }: { searchParams: Promise<Address> }) {
  const [user, { words }] = [await pageUser(), await pageWording()];
  const filter = filterFrom(await searchParams);
  const [page, plan] = await Promise.all([
    readForPage(user.id, `/insights?${insightQuery(filter, SCREENFUL)}`),
    readForPage(user.id, "/goals/plan"),
  ]);
  const first = parsePage(page);
  // Without the plan the history can still be read; its goals are then found under all goals.
  const goals = parsePlan(plan)?.goals ?? [];
  return (
    <PageMain title={words.history.title} lead={words.history.lead} column>
      {first ? <HistoryList first={first} filter={filter} goals={goals} /> : <LoadError />}
    </PageMain>
  );
}
