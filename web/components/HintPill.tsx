"use client";
/** A hint and the person's answer to it: shown at once, taken back when it could not be saved. */
import { useCallback } from "react";
import { useSaved } from "@/hooks/useSaved";
import { fill } from "@/lib/fill";
import type { Fact, HintStatus, Recommendation } from "@/lib/insight";
import { renderMarkdown } from "@/lib/markdown";
import { answerHint } from "@/lib/owner-calls";
import { refusalText } from "@/lib/wording";
import { WithFigures } from "./Figures";
import { Icon, type IconName } from "./icons";
import { useWording } from "./Wording";

const ANSWERS: readonly (readonly [HintStatus, "accept" | "finish" | "dismiss", IconName])[] = [
  ["accepted", "accept", "check"],
  ["done", "finish", "good"],
  ["dismissed", "dismiss", "cross"],
];

export function HintPill({ hint, facts }: { hint: Recommendation; facts: readonly Fact[] }) {
  const { words, calendar } = useWording();
  const save = useCallback(
    (status: Recommendation["status"]) => answerHint(hint.id, status as HintStatus),
    [hint.id],
  );
  const [{ shown, failure }, answer] = useSaved(hint.status, save);
  return (
    <div className="hint" role="group" aria-label={words.card.hint.label} data-hint-id={hint.id} data-status={shown}>
      <WithFigures facts={facts}>
        {(figures) => (
          <>
            <h4>
              <span className="hint-status" lang={calendar.locale}>{words.card.hint[shown]}</span> {figures(hint.title)}
            </h4>
            <div className="prose">{renderMarkdown(hint.body, figures)}</div>
          </>
        )}
      </WithFigures>
      <div className="pills" role="group" aria-label={words.card.hint.answers} lang={calendar.locale}>
        {ANSWERS.map(([status, word, icon]) => (
          <button
            key={status}
            type="button"
            className="pill"
            aria-pressed={shown === status}
            onClick={() => shown !== status && answer(status)}
          >
            <Icon name={icon} />
            {words.card.hint[word]}
          </button>
        ))}
      </div>
      <p className="form-error" role="alert" lang={calendar.locale}>
        {failure && fill(words.card.hint.failed, { why: refusalText(words, failure) })}
      </p>
    </div>
  );
}
