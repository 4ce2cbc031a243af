/**
 * How a language writes dates and digits, taken from Intl once, on the server.
 *
 * Server and browser may carry different editions of Intl ("Sep", "Sept"); with this table both write the same.
 */
import type { Locale } from "./words";

export interface Calendar {
  readonly locale: Locale;
  readonly timeZone: string;
  /** Twelve forms such as `{day} Nov {year}`. */
  readonly dateForms: readonly string[];
  /** The ten digits, from zero. */
  readonly digits: string;
}

const INDIA = "Asia/Kolkata";

export function calendarFor(locale: Locale, timeZone: string = INDIA): Calendar {
  const dateStyle = locale === "en-IN" ? "medium" : "long";
  const dates = new Intl.DateTimeFormat(locale, { dateStyle, timeZone: "UTC" });
  const form = (_: unknown, month: number): string =>
    dates
      .formatToParts(Date.UTC(2026, month, 15))
      .map(({ type, value }) => (type === "day" || type === "year" ? `{${type}}` : value))
      .join("");
  return {
    locale,
    timeZone: isTimeZone(timeZone) ? timeZone : INDIA,
    dateForms: Array.from({ length: 12 }, form),
    digits: new Intl.NumberFormat(locale, { useGrouping: false }).format(9876543210).split("").toReversed().join(""),
  };
}

function isTimeZone(timeZone: string): boolean {
  try {
    return Boolean(new Intl.DateTimeFormat("en", { timeZone }));
  } catch {
    return false;
  }
}
