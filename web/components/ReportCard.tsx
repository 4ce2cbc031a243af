"use client";
/** What a statement changes, before and after: counts, funds, warnings, and each row that cannot be used. */
import Link from "next/link";
import { fill, lookup } from "@/lib/fill";
import { formatCount, formatDate } from "@/lib/format";
import type { Rejected, StatementReport } from "@/lib/statement";
import { warningText } from "@/lib/statement-words";
import type { Words } from "@/lib/words";
import { useWording } from "./Wording";

interface Props {
  readonly report: StatementReport;
  readonly done: boolean;
  readonly busy: boolean;
  readonly alikeAllowed: boolean;
  readonly onAllowAlike: (allowed: boolean) => void;
  readonly onConfirm: () => void;
  readonly onAnother: () => void;
}

export function ReportCard({ report, done, busy, alikeAllowed, onAllowAlike, onConfirm, onAnother }: Props) {
  const { words, calendar } = useWording();
  const { import: text } = words;
  const warnings = report.warnings.map((warning) => warningText(warning, words, calendar));
  const nothing = report.added === 0 && report.foliosAdded === 0;
  return (
    <section className="card form" aria-labelledby="report-title">
      <h2 id="report-title" tabIndex={-1}>
        {done ? text.resultTitle : text.previewTitle}
      </h2>
      {nothing && !done && <p role="status">{nothingText(report, text)}</p>}
      <Counts report={report} done={done} />
      {report.schemes.length > 0 && <Named title={text.schemes} items={report.schemes} />}
      {report.warnings.length > 0 && <Named title={text.warnings} items={warnings} />}
      {!done && (report.alike > 0 || alikeAllowed) && (
        <Alike count={report.alike} allowed={alikeAllowed} busy={busy} onAllow={onAllowAlike} />
      )}
      {report.rejected.length > 0 && <RejectedRows rows={report.rejected} />}
      <div className="form-end">
        {!done && !nothing && (
          <button type="button" className="button primary" onClick={onConfirm} disabled={busy}>
            {text.confirm}
          </button>
        )}
        {(done || nothing) && (
          <>
            <Link className="button primary" href="/">
              {text.toHub}
            </Link>
            <Link className="button" href="/goals">
              {words.hub.steps.goals}
            </Link>
          </>
        )}
        <button type="button" className="button" onClick={onAnother} disabled={busy}>
          {text.another}
        </button>
      </div>
    </section>
  );
}

function Counts({ report, done }: { report: StatementReport; done: boolean }) {
  const { words, calendar } = useWording();
  const { import: text } = words;
  const { from, to } = report;
  const day = (iso: string): string => formatDate(iso, calendar);
  const number = (count: number): string => formatCount(count, calendar);
  const rows: [string, string][] = [
    [text.kind, lookup(text.kinds, report.kind) ?? report.kind],
    [text.period, from && to ? fill(text.periodText, { from: day(from), to: day(to) }) : ""],
    [addedLabel(report, done, text), number(report.added)],
    [text.known, number(report.known)],
    [text.folios, number(report.foliosAdded)],
  ];
  return (
    <dl className="facts">
      {rows
        .filter(([, value]) => value)
        .map(([label, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
}

function addedLabel({ holds }: StatementReport, done: boolean, text: Words["import"]): string {
  if (holds === "balances") return done ? text.balancesDone : text.balances;
  return done ? text.addedDone : text.added;
}

function nothingText({ rejected, known }: StatementReport, text: Words["import"]): string {
  if (rejected.length === 0) return text.nothing;
  return known > 0 ? text.nothingNew : text.nothingUsable;
}

interface AlikeProps {
  readonly count: number;
  readonly allowed: boolean;
  readonly busy: boolean;
  readonly onAllow: (allowed: boolean) => void;
}

/** Rows that say in other words what is stored already: left out, unless the person knows better. */
function Alike({ count, allowed, busy, onAllow }: AlikeProps) {
  const { words, calendar } = useWording();
  const { import: text } = words;
  return (
    <div className="alike">
      {!allowed && <h3>{fill(text.alike, { count: formatCount(count, calendar) })}</h3>}
      <p>{allowed ? text.alikeAllowed : text.alikeHelp}</p>
      <label className="choice">
        <input
          type="checkbox"
          checked={allowed}
          disabled={busy}
          onChange={(event) => onAllow(event.currentTarget.checked)}
        />
        {text.alikeAllow}
      </label>
    </div>
  );
}

function Named({ title, items }: { title: string; items: readonly string[] }) {
  return (
    <div>
      <h3>{title}</h3>
      <ul className="plain-list">
        {items.map((item) => (
          <li key={item}>{item}</li>
        ))}
      </ul>
    </div>
  );
}

function RejectedRows({ rows }: { rows: readonly Rejected[] }) {
  const { import: text, statement } = useWording().words;
  return (
    <div className="table-box" role="region" aria-label={text.rejected} tabIndex={0}>
      <table>
        <caption>{text.rejected}</caption>
        <thead>
          <tr>
            <th scope="col">{text.row}</th>
            <th scope="col">{text.reason}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ row, scheme, code, reason }, index) => (
            <tr key={index}>
              <td>{row}</td>
              <td>
                {scheme && <strong>{scheme}: </strong>}
                {lookup(statement.rows, code) ?? reason}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
