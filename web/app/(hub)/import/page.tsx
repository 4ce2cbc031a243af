/** Bringing in a statement: choose, see what will change, confirm. */
import type { Metadata } from "next";
import { CsvFormat } from "@/components/CsvFormat";
import { PageMain } from "@/components/PageMain";
import { StatementImport } from "@/components/StatementImport";
import { pageWording } from "@/lib/language";
import { pageUser } from "@/lib/page-user";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await pageWording()).words.import.title };
}

export default async function ImportPage() {
  await pageUser();
  const { words } = await pageWording();
  return (
    <PageMain title={words.import.title} lead={words.import.lead} column>
      <div className="insights">
        <StatementImport />
        <CsvFormat words={words.import} />
      </div>
    </PageMain>
  );
}
