/** Dates and chart figures as text, the same on server and browser: neither one's own locale nor zone matters. */
import type { Calendar } from "./calendar";
import { fill } from "./fill";

/** `2026-11-20` as `20 Nov 2026`; anything else unchanged. */
export function formatDate(iso: string, calendar: Calendar): string {
  const [, year, month, day] = /^(\d{4})-(\d\d)-(\d\d)/.exec(iso) ?? [];
  const form = calendar.dateForms[Number(month) - 1];
  if (!year || !form) return iso;
  return fill(form, { day: localDigits(String(Number(day)), calendar), year: localDigits(year, calendar) });
}

/** A count of things, in the reader's digits and grouping. */
export function formatCount(count: number, { locale }: Calendar): string {
  return new Intl.NumberFormat(locale).format(count);
}

/** Plain words in which no line ends between a rupee sign and its amount. */
export function unbroken(text: string): string {
  return text.replaceAll("₹ ", "₹\u00a0");
}

/** An instant in the reader's time zone, `20 Nov 2026, 07:40 IST`. */
export function formatInstant(iso: string, calendar: Calendar): string {
  const instant = Date.parse(iso);
  if (Number.isNaN(instant)) return iso;
  const local = wallClock(instant, calendar.timeZone);
  const zone = calendar.timeZone === "Asia/Kolkata" ? " IST" : "";
  return `${formatDate(local, calendar)}, ${localDigits(local.slice(11), calendar)}${zone}`;
}

/** The day of an instant where the reader is, as `2026-11-20`. */
export function localDay(iso: string, { timeZone }: Calendar): string {
  const instant = Date.parse(iso);
  return Number.isNaN(instant) ? iso : wallClock(instant, timeZone).slice(0, 10);
}

/** A figure of a chart's axis or table in its unit, digits grouped the Indian way and rounded to whole units. */
export function formatFigure(value: string | number, unit: string, { locale }: Calendar): string {
  const currency = /^[A-Z]{3}$/.test(unit);
  const style = currency ? ({ style: "currency", currency: unit } as const) : {};
  const parts = new Intl.NumberFormat(locale, { ...style, maximumFractionDigits: 0 }).formatToParts(Number(value));
  // The service sets a no-break space between sign and digits; Intl does not.
  return parts.map((part) => (part.type === "currency" ? `${part.value}\u00a0` : part.value)).join("");
}

/** A share as a whole or tenth percent, `66.2%`. */
export function formatPercent(value: number, { locale }: Calendar): string {
  return `${new Intl.NumberFormat(locale, { maximumFractionDigits: 1 }).format(value)}%`;
}

function localDigits(text: string, { digits }: Calendar): string {
  return text.replace(/\d/g, (digit) => digits[Number(digit)] ?? digit);
}

function wallClock(instant: number, timeZone: string): string {
  const parts = new Intl.DateTimeFormat("en-GB", {
    timeZone,
    hourCycle: "h23",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
  }).formatToParts(instant);
  const { year = "", month = "", day = "", hour = "", minute = "" } = Object.fromEntries(
    parts.map(({ type, value }) => [type, value]),
  );
  return `${year}-${month}-${day}T${hour}:${minute}`;
}
