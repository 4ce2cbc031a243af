/** A weekly digest as the service keeps it: a letter in plain text. */
import { isRecord } from "./insight";

export interface Digest {
  readonly subject: string;
  readonly body: string;
  readonly locale: string | null;
  readonly createdAt: string | null;
}

const text = (value: unknown): string => (typeof value === "string" ? value : "");

/** Null for somebody who has none yet. */
export function parseDigest(answer: unknown): Digest | null {
  const digest = isRecord(answer) ? answer.digest : null;
  if (!isRecord(digest) || !text(digest.body)) return null;
  const subject = text(digest.subject);
  const body = text(digest.body);
  return {
    subject,
    // The letter repeats its subject as its first line; the page's heading has said it.
    body: subject && body.startsWith(subject) ? body.slice(subject.length).trimStart() : body,
    locale: text(digest.locale) || null,
    createdAt: text(digest.createdAt) || null,
  };
}
