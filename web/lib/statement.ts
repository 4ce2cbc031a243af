/** What a statement would change, or has changed, as the service says it. */
import { isRecord } from "./insight";

export interface Rejected {
  readonly row: string;
  readonly reason: string;
}

export interface StatementReport {
  readonly kind: string;
  readonly from: string | null;
  readonly to: string | null;
  readonly schemes: readonly string[];
  readonly added: number;
  readonly known: number;
  readonly foliosAdded: number;
  readonly rejected: readonly Rejected[];
  readonly warnings: readonly string[];
}

type Json = Record<string, unknown>;

const text = (value: unknown): string =>
  typeof value === "string" ? value : typeof value === "number" ? String(value) : "";
const count = (value: unknown): number =>
  Array.isArray(value) ? value.length : typeof value === "number" ? value : 0;
const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

export function parseReport(value: unknown): StatementReport | null {
  if (!isRecord(value)) return null;
  const period = periodOf(value);
  return {
    kind: text(value.kind ?? value.file_kind ?? value.fileKind),
    from: period[0] || null,
    to: period[1] || null,
    schemes: list(value.schemes).map(schemeName).filter(Boolean),
    added: count(value.added),
    known: count(value.known),
    foliosAdded: count(value.folios_added ?? value.foliosAdded),
    rejected: list(value.rejected).filter(isRecord).map(rejectedRow),
    warnings: list(value.warnings).map(warningText).filter(Boolean),
  };
}

function periodOf({ period }: Json): [string, string] {
  if (Array.isArray(period)) return [text(period[0]), text(period[1])];
  return isRecord(period) ? [text(period.from ?? period.start), text(period.to ?? period.end)] : ["", ""];
}

function schemeName(value: unknown): string {
  return isRecord(value) ? text(value.name ?? value.isin) : text(value);
}

function rejectedRow(row: Json): Rejected {
  return { row: text(row.row ?? row.line), reason: text(row.reason) };
}

function warningText(value: unknown): string {
  return isRecord(value) ? text(value.text ?? value.message ?? value.code) : text(value);
}
