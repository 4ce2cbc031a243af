/** What a statement would change is said as it is: balances are no transactions, and a doubtful row is the person's to decide. */
import { describe, expect, it } from "vitest";
import { ReportCard } from "@/components/ReportCard";
import { parseReport, type StatementReport } from "@/lib/statement";
import { html } from "./wording";

const ALIKE = { row: 2, rows: 1, scheme: "", code: "likely_duplicate", reason: "R" };
const FUTURE = { row: 3, rows: 1, scheme: "", code: "date_in_future", reason: "R" };

function report(more: object): StatementReport {
  const parsed = parseReport({ added: 0, known: 0, folios_added: 0, file_kind: "csv", holds: "transactions", ...more });
  if (!parsed) throw new Error("no report");
  return parsed;
}

function shown(more: object, { allowed = false, done = false } = {}): string {
  const nothing = (): void => undefined;
  const card = (
    <ReportCard
      report={report(more)}
      done={done}
      busy={false}
      alikeAllowed={allowed}
      onAllowAlike={nothing}
      onConfirm={nothing}
      onAnother={nothing}
    />
  );
  return html(card);
}

describe("a preview", () => {
  it("asks whether rows that look alike are meant, and takes the answer back", () => {
    const asked = shown({ likely_duplicates: 1200, rejected: [ALIKE] });
    expect(asked).toContain("1,200 look like what is stored already");
    expect(asked).toMatch(/<input type="checkbox"\/>/);
    expect(shown({ added: 1, likely_duplicates: 0 }, { allowed: true })).toMatch(/<input type="checkbox" checked=""\/>/);
  });

  it("asks nothing where nothing looks alike, or when all is done", () => {
    expect(shown({ added: 1 })).not.toContain("checkbox");
    expect(shown({ added: 1, likely_duplicates: 1 }, { done: true })).not.toContain("checkbox");
  });

  it("counts balances as balances", () => {
    expect(shown({ added: 2, holds: "balances" })).toContain("Balances that are new");
    expect(shown({ added: 2, holds: "balances" }, { done: true })).toContain("Balances added");
    expect(shown({ added: 2 })).toContain("Transactions that are new");
  });

  it("does not call a file imported that could not be used", () => {
    expect(shown({ known: 3 })).toContain("Everything in this file is already here");
    expect(shown({ known: 3, rejected: [FUTURE] })).toContain("Everything that can be used from this file");
    expect(shown({ rejected: [FUTURE] })).toContain("Nothing in this file can be imported as it is");
  });
});
