/** A small statement as CSV: a year and a half of instalments into two funds of the demo market, and one bad row. */

const HEADER = "date,kind,amc,folio,isin,amount,units,nav,scheme";
const FUNDS = [
  ["Meghdoot Mutual Fund", "INF9A1K01AA3", "Meghdoot Flexi Cap Fund - Direct Plan - Growth"],
  ["Narmada Mutual Fund", "INF9C3K01AE9", "Narmada Short Duration Fund - Direct Plan - Growth"],
] as const;

export function statement(kind = "purchase_sip"): { name: string; mimeType: string; buffer: Buffer } {
  const months = Array.from({ length: 18 }, (_, month) => new Date(Date.UTC(2024, month, 5)).toISOString().slice(0, 10));
  const rows = FUNDS.flatMap(([amc, isin, scheme], fund) =>
    months.map((day) => [day, kind, amc, `9911${fund}223`, isin, "5000.00", "80.000", "62.5000", scheme].join(",")),
  );
  const future = ["2999-01-01", "purchase", ...FUNDS[0].slice(0, 1), "99110223", FUNDS[0][1], "1.00", "1.000", "", ""].join(",");
  return { name: "statement.csv", mimeType: "text/csv", buffer: Buffer.from([HEADER, ...rows, future].join("\n")) };
}
