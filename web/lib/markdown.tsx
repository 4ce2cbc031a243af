/** The coach's small Markdown (**bold**, lists, paragraphs) as React nodes; everything else stays plain text. */
import { Fragment, type ReactNode } from "react";

/** What becomes of a piece of plain text; the cards make its figures open up. */
export type Decorate = (text: string) => ReactNode;

const asItIs: Decorate = (text) => text;

/** What ends a word. A browser would break the line between it and a figure before it, which is a button. */
export const CLOSING = /^[.,;:!?)।]+/;

const BULLET = /^\s*[-*]\s+/;
const NUMBER = /^\s*\d+[.)]\s+/;

/** The nodes for `source`; nothing in it can become an element other than p, ul, ol, li, strong and plain spans. */
export function renderMarkdown(source: string, decorate: Decorate = asItIs): ReactNode[] {
  return source
    .replace(/\r\n?/g, "\n")
    .split(/\n\s*\n/)
    .filter((block) => block.trim())
    .flatMap(groupLines)
    .map(({ kind, lines }, index) => renderBlock(kind, lines, index, decorate));
}

type Kind = "ul" | "ol" | "p";

interface Block {
  readonly kind: Kind;
  readonly lines: string[];
}

function kindOf(line: string): Kind {
  if (BULLET.test(line)) return "ul";
  return NUMBER.test(line) ? "ol" : "p";
}

/** A list may follow its introducing line without a blank line between. */
function groupLines(block: string): Block[] {
  const groups: Block[] = [];
  for (const line of block.split("\n").filter((text) => text.trim())) {
    const kind = kindOf(line);
    const last = groups.at(-1);
    if (last?.kind === kind) last.lines.push(line);
    else groups.push({ kind, lines: [line] });
  }
  return groups;
}

function renderBlock(kind: Kind, lines: string[], key: number, decorate: Decorate): ReactNode {
  if (kind === "p") return <p key={key}>{renderInline(lines.join(" "), decorate)}</p>;
  const List = kind;
  const items = lines.map((line) => line.replace(BULLET, "").replace(NUMBER, ""));
  return (
    <List key={key}>
      {items.map((item, index) => (
        <li key={index}>{renderInline(item, decorate)}</li>
      ))}
    </List>
  );
}

function renderInline(text: string, decorate: Decorate): ReactNode[] {
  return text
    .split(/(\*\*[^*]+\*\*[.,;:!?)।]*)/)
    .map((part, index) => {
      const [, bold, closing] = /^\*\*([^*]+)\*\*(.*)$/s.exec(part) ?? [];
      if (!bold) return <Fragment key={index}>{decorate(part)}</Fragment>;
      const strong = <strong key={index}>{decorate(bold)}</strong>;
      return closing ? together(strong, closing, index) : strong;
    });
}

/** A word and what ends it, on one line; a long word may still break within itself. */
export function together(word: ReactNode, closing: string, key: number): ReactNode {
  return (
    <span key={key} className="together">
      {word}
      {closing}
    </span>
  );
}
