/** What is wrong with a statement, in the reader's language; the service's English where it says something new. */
import type { Calendar } from "./calendar";
import { fill, lookup } from "./fill";
import { formatCount } from "./format";
import type { Failure } from "./import-state";
import type { Warning } from "./statement";
import { refusalText } from "./wording";
import type { Words } from "./words";

export function warningText({ code, count, text }: Warning, { statement }: Words, calendar: Calendar): string {
  const known = lookup(statement.warnings, code);
  return known ? fill(known, { count: formatCount(count, calendar) }) : text;
}

/** Why the file was refused: what it is, and where the service tells it, what exactly is wrong with it. */
export function failureText({ code, reason = "", names = [] }: Failure, words: Words): string {
  const exactly = lookup(words.statement.files, reason);
  return exactly ? fill(exactly, { names: names.join(", ") }) : refusalText(words, code);
}
