"use client";
/** Was this helpful? One tap, shown at once, taken back when it could not be saved; after a no, why. */
import { type FormEvent, useCallback, useId, useState } from "react";
import { useSaved } from "@/hooks/useSaved";
import { feedbackFrom, REASONS } from "@/lib/feedback";
import { fill } from "@/lib/fill";
import type { Feedback, Insight } from "@/lib/insight";
import { giveFeedback } from "@/lib/owner-calls";
import { refusalText } from "@/lib/wording";
import { Icon } from "./icons";
import { useWording } from "./Wording";

type Opinion = Feedback | null;

export function Thumbs({ insight }: { insight: Pick<Insight, "id" | "feedback"> }) {
  const { words } = useWording();
  const { feedback } = words.card;
  const save = useCallback((given: Opinion) => giveFeedback(insight.id, given as Feedback), [insight.id]);
  const [{ shown, saving, failure, turn }, give] = useSaved<Opinion>(insight.feedback, save);
  const [asking, setAsking] = useState(false);
  const choose = (helpful: boolean): void => {
    setAsking(!helpful);
    if (shown?.helpful !== helpful) give({ helpful, reason: null, comment: null });
  };
  const explain = (why: Feedback): void => {
    setAsking(false);
    give(why);
  };
  return (
    <div className="thumbs">
      <div className="thumbs-row" role="group" aria-label={feedback.label}>
        <span aria-hidden="true">{feedback.label}</span>
        <Thumb helpful pressed={shown?.helpful === true} onPress={choose} />
        <Thumb helpful={false} pressed={shown?.helpful === false} onPress={choose} />
        <span role="status">{turn > 0 && !saving && !failure && feedback.saved}</span>
      </div>
      <p className="form-error" role="alert">
        {failure && fill(feedback.failed, { why: refusalText(words, failure) })}
      </p>
      {asking && !failure && <WhyForm before={shown} onSend={explain} />}
    </div>
  );
}

interface ThumbProps {
  readonly helpful: boolean;
  readonly pressed: boolean;
  readonly onPress: (helpful: boolean) => void;
}

function Thumb({ helpful, pressed, onPress }: ThumbProps) {
  const { feedback } = useWording().words.card;
  const label = helpful ? feedback.yes : feedback.no;
  return (
    <button type="button" className="icon-button" aria-pressed={pressed} aria-label={label} title={label} onClick={() => onPress(helpful)}>
      <Icon name={helpful ? "thumbUp" : "thumbDown"} />
    </button>
  );
}

function WhyForm({ before, onSend }: { before: Opinion; onSend: (why: Feedback) => void }) {
  const { feedback } = useWording().words.card;
  const commentId = useId();
  const send = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    onSend(feedbackFrom(new FormData(event.currentTarget)));
  };
  return (
    <form className="why" onSubmit={send}>
      <p className="muted">{feedback.quieter}</p>
      <fieldset>
        <legend>{feedback.why}</legend>
        {REASONS.map((reason) => (
          <label key={reason} className="choice">
            <input type="radio" name="reason" value={reason} defaultChecked={before?.reason === reason} />
            {feedback.reasons[reason]}
          </label>
        ))}
      </fieldset>
      <label htmlFor={commentId}>{feedback.comment}</label>
      <textarea id={commentId} name="comment" maxLength={1000} rows={2} defaultValue={before?.comment ?? ""} />
      <button className="button">{feedback.send}</button>
    </form>
  );
}
