/** The latest weekly digest, as the letter it would be. */
import type { Metadata } from "next";
import { EmptyCard } from "@/components/EmptyCard";
import { Letter } from "@/components/Letter";
import { LoadError } from "@/components/LoadError";
import { PageMain } from "@/components/PageMain";
import { parseDigest } from "@/lib/digest";
import { formatInstant } from "@/lib/format";
import { pageWording } from "@/lib/language";
import { pageUser } from "@/lib/page-user";
import { readForPage } from "@/lib/service-data";
import { localeOf } from "@/lib/words";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await pageWording()).words.digest.title };
}

export default async function DigestPage() {
  const [user, { words, calendar }] = [await pageUser(), await pageWording()];
  const answer = await readForPage(user.id, "/digest");
  const digest = parseDigest(answer);
  const written = localeOf(digest?.locale);
  const { title, lead, emptyTitle, emptyLead } = words.digest;
  return (
    <PageMain title={title} lead={lead} column>
      {answer === null && <LoadError />}
      {answer !== null && !digest && <EmptyCard title={emptyTitle} lead={emptyLead} />}
      {digest && (
        <article className="card letter" lang={written}>
          <header className="insight-head">
            <h2>{digest.subject || title}</h2>
            {written !== calendar.locale && (
              <span className="muted" lang={calendar.locale}>
                {words.card.writtenIn[written]}
              </span>
            )}
            {digest.createdAt && (
              <time dateTime={digest.createdAt} lang={calendar.locale}>
                {formatInstant(digest.createdAt, calendar)}
              </time>
            )}
          </header>
          <Letter text={digest.body} />
        </article>
      )}
    </PageMain>
  );
}
