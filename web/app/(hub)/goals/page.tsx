/** What the reader saves for, by when, and the mix they want. */
import type { Metadata } from "next";
import { LoadError } from "@/components/LoadError";
import { PageMain } from "@/components/PageMain";
import { PlanForm } from "@/components/PlanForm";
import { pageWording } from "@/lib/language";
import { pageUser } from "@/lib/page-user";
import { parsePlan } from "@/lib/plan";
import { readForPage } from "@/lib/service-data";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await pageWording()).words.goals.title };
}

export default async function GoalsPage() {
  const [user, { words }] = [await pageUser(), await pageWording()];
  const plan = parsePlan(await readForPage(user.id, "/goals/plan"));
  return (
    <PageMain title={words.goals.title} lead={words.goals.lead} column>
      {plan ? <PlanForm saved={plan} /> : <LoadError />}
    </PageMain>
  );
}
