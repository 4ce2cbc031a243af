/** A digest is a plain letter, as a mail would show it; a page shows its underlined titles, lists and hints as such. */

export interface Section {
  /** Null for what stands before the first title. */
  readonly title: string | null;
  /** In the coach's small Markdown. */
  readonly body: string;
}

/** The letter cut at its titles: lines that a row of dashes underlines. */
export function sectionsOf(letter: string): Section[] {
  const [before = "", ...pieces] = letter.replace(/\r\n?/g, "\n").split(/^(.+)\n-{2,}$/m);
  const titled = pieces.flatMap((title, at) => (at % 2 === 0 ? [{ title, body: marked(pieces[at + 1] ?? "") }] : []));
  return before.trim() ? [{ title: null, body: marked(before) }, ...titled] : titled;
}

/** A line that an arrow leads in is a hint: a paragraph of its own, whose words follow. */
function marked(body: string): string {
  return body.replace(/^→ (.+)$/gm, "\n**→ $1**\n").trim();
}
