"use client";
/** The topics that a thumbs-down has quietened, and until when; each can be heard again at once. */
import { useCallback, useId } from "react";
import { useSaved } from "@/hooks/useSaved";
import { fill } from "@/lib/fill";
import { formatDate, unbroken } from "@/lib/format";
import { hearAgain } from "@/lib/owner-calls";
import type { QuietTopic } from "@/lib/preferences";
import { scriptOf } from "@/lib/script";
import { refusalText } from "@/lib/wording";
import { useWording } from "./Wording";

export function QuietTopics({ topics }: { topics: readonly QuietTopic[] }) {
  const { preferences } = useWording().words;
  return (
    <section className="card form" aria-labelledby="quiet-title">
      <h2 id="quiet-title">{preferences.quiet}</h2>
      <p className="muted">{preferences.quietHelp}</p>
      <ul className="rows">
        {topics.map((topic) => (
          <Row key={topic.topic} {...topic} />
        ))}
      </ul>
    </section>
  );
}

function Row({ topic, title, until }: QuietTopic) {
  const { words, calendar } = useWording();
  const { preferences } = words;
  const save = useCallback(() => hearAgain(topic), [topic]);
  const [{ shown: loud, saving, failure }, choose] = useSaved(false, save);
  const [titleId, buttonId] = [useId(), useId()];
  const told = until ? fill(preferences.quietUntil, { date: formatDate(until, calendar) }) : "";
  return (
    <li data-topic={topic}>
      <div>
        <p id={titleId} lang={scriptOf(title)}>
          {unbroken(title)}
        </p>
        <p className="muted" role="status">
          {loud && !saving ? preferences.loudAgain : told}
        </p>
      </div>
      {!loud && (
        <button
          id={buttonId}
          type="button"
          className="pill"
          aria-labelledby={`${buttonId} ${titleId}`}
          onClick={() => choose(true)}
        >
          {preferences.loud}
        </button>
      )}
      <p className="form-error" role="alert">
        {failure && refusalText(words, failure)}
      </p>
    </li>
  );
}
