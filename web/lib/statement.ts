/** What a statement would change, or has changed, as the service says it. */
import { isRecord } from "./insight";

export interface Rejected {
  /** The row, or the first and how many when a whole scheme is left out. */
  readonly row: string;
  readonly scheme: string;
  readonly code: string;
  /** The service's own sentence, in English. */
  readonly reason: string;
}

/** What else a person should know about the file; `text` is the service's own sentence, in English. */
export interface Warning {
  readonly code: string;
  readonly count: number;
  readonly text: string;
}

export interface StatementReport {
  readonly kind: string;
  /** A depository statement lists what is held, not what was bought and sold. */
  readonly holds: "transactions" | "balances";
  readonly from: string | null;
  readonly to: string | null;
  readonly schemes: readonly string[];
  readonly added: number;
  readonly known: number;
  readonly foliosAdded: number;
  readonly rejected: readonly Rejected[];
  /** How many of the rejected say in other words what is stored already. */
  readonly alike: number;
  readonly warnings: readonly Warning[];
}

type Json = Record<string, unknown>;

const text = (value: unknown): string =>
  typeof value === "string" ? value : typeof value === "number" ? String(value) : "";
const count = (value: unknown): number => (typeof value === "number" ? value : 0);
const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

export function parseReport(value: unknown): StatementReport | null {
  if (!isRecord(value)) return null;
  const period = periodOf(value);
  return {
    kind: text(value.file_kind),
    holds: value.holds === "balances" ? "balances" : "transactions",
    from: period[0] || null,
    to: period[1] || null,
    schemes: list(value.schemes).map(schemeName).filter(Boolean),
    added: count(value.added),
    known: count(value.known),
    foliosAdded: count(value.folios_added),
    rejected: list(value.rejected).filter(isRecord).map(rejectedRow),
    alike: count(value.likely_duplicates),
    warnings: list(value.warnings).map(warningFrom),
  };
}

function periodOf({ period }: Json): [string, string] {
  return isRecord(period) ? [text(period.from), text(period.to)] : ["", ""];
}

function schemeName(value: unknown): string {
  return isRecord(value) ? text(value.name) : "";
}

function warningFrom(value: unknown): Warning {
  if (!isRecord(value)) return { code: "", count: 0, text: text(value) };
  return { code: text(value.code), count: count(value.count), text: text(value.text) };
}

function rejectedRow({ row, rows, scheme, code, reason }: Json): Rejected {
  const more = count(rows);
  return {
    row: more > 1 ? `${text(row)} (+${more - 1})` : text(row),
    scheme: text(scheme),
    code: text(code),
    reason: text(reason),
  };
}
