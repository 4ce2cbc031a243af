/** Words and calendar for unit tests. */
import { createElement, type ReactElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { WordingProvider } from "@/components/Wording";
import { calendarFor } from "@/lib/calendar";
import type { Fact, Insight } from "@/lib/insight";
import { parseInsight } from "@/lib/insight";
import type { Wording } from "@/lib/wording";
import { type Locale, wordsFor } from "@/lib/words";

export function wording(locale: Locale = "en-IN"): Wording {
  return { words: wordsFor(locale), calendar: calendarFor(locale) };
}

/** The component's HTML as a reader of `locale` gets it. */
export function html(element: ReactElement, locale: Locale = "en-IN"): string {
  return renderToStaticMarkup(createElement(WordingProvider, { wording: wording(locale), children: element }));
}

export function fact(key: string, more: Partial<Fact> = {}): Fact {
  return { key, label: key, text: "1", unit: "number", value: "1", how: "", asOf: null, order: 0, ...more };
}

export function insight(id: string, more: Partial<Insight> = {}): Insight {
  const parsed = parseInsight({ id, title: id });
  if (!parsed) throw new Error("not an insight");
  return { ...parsed, ...more };
}
