/** Why an insight did not help, as the form gives it. */
import type { Feedback } from "./insight";

export const REASONS = ["not_relevant", "wrong_data", "already_done", "not_a_priority", "unclear", "other"] as const;

export function feedbackFrom(form: FormData): Feedback {
  const reason = REASONS.find((known) => known === form.get("reason")) ?? null;
  // A text area's line breaks arrive as CR LF, and a carriage return is no plain text.
  const comment = String(form.get("comment") ?? "").replace(/\r\n?/g, "\n").trim();
  return { helpful: false, reason, comment: comment || null };
}
