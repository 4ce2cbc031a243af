/** What a page needs to speak to its reader: words, and how to write dates and digits. */
import type { Calendar } from "./calendar";
import type { Words } from "./words";

export interface Wording {
  readonly words: Words;
  readonly calendar: Calendar;
}

/** The message for a refusal's code. */
export function refusalText({ errors }: Words, code: string): string {
  const known: Readonly<Record<string, string>> = errors;
  return (Object.hasOwn(known, code) ? known[code] : undefined) ?? errors.unknown.replace("{code}", code);
}
