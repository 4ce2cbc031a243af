/** Dates and chart figures as text, the same on server and browser (neither its locale nor its zone matters). */

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const IST_OFFSET_MS = 330 * 60_000;

/** `2026-11-20` as `20 Nov 2026`; anything else unchanged. */
export function formatDate(iso: string): string {
  const [, year, month, day] = /^(\d{4})-(\d\d)-(\d\d)/.exec(iso) ?? [];
  return year ? `${Number(day)} ${MONTHS[Number(month) - 1]} ${year}` : iso;
}

/** An instant in Indian Standard Time, `20 Nov 2026, 07:40 IST`. */
export function formatInstant(iso: string): string {
  const instant = Date.parse(iso);
  if (Number.isNaN(instant)) return iso;
  const shifted = new Date(instant + IST_OFFSET_MS).toISOString();
  return `${formatDate(shifted)}, ${shifted.slice(11, 16)} IST`;
}

/** A figure of a chart's axis or table in its unit, digits grouped the Indian way and rounded to whole units. */
export function formatFigure(value: string | number, unit: string): string {
  const currency = /^[A-Z]{3}$/.test(unit) ? ({ style: "currency", currency: unit } as const) : {};
  return new Intl.NumberFormat("en-IN", { ...currency, maximumFractionDigits: 0 }).format(Number(value));
}
