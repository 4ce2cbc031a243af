"use client";
/** The topics that a thumbs-down has quietened, and until when. */
import { fill } from "@/lib/fill";
import { formatDate } from "@/lib/format";
import type { QuietTopic } from "@/lib/preferences";
import { scriptOf } from "@/lib/script";
import { useWording } from "./Wording";

export function QuietTopics({ topics }: { topics: readonly QuietTopic[] }) {
  const { words, calendar } = useWording();
  const { preferences } = words;
  return (
    <section className="card form" aria-labelledby="quiet-title">
      <h2 id="quiet-title">{preferences.quiet}</h2>
      <p className="muted">{preferences.quietHelp}</p>
      <ul className="plain-list">
        {topics.map(({ topic, title, until }) => (
          <li key={topic}>
            <span lang={scriptOf(title)}>{title}</span>
            {until && (
              <span className="muted"> · {fill(preferences.quietUntil, { date: formatDate(until, calendar) })}</span>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
