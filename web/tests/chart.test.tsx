/** The chart draws what the figures say, and says the same in words and in a table. */
import { describe, expect, it } from "vitest";
import { InsightChart } from "@/components/InsightChart";
import { calendarFor } from "@/lib/calendar";
import { between, chartGeometry, roundUp } from "@/lib/chart-geometry";
import { driftBars } from "@/lib/drift";
import { formatDate, formatFigure, formatInstant, localDay } from "@/lib/format";
import { fact, html } from "./wording";

const english = calendarFor("en-IN");

const value = {
  key: "value",
  label: "Value",
  unit: "INR",
  points: [
    ["2024-01-01", "0"],
    ["2024-01-03", "1600.50"],
  ] as const,
};
const invested = {
  key: "invested",
  label: "Invested",
  unit: "INR",
  points: [
    ["2024-01-01", "0"],
    ["2024-01-02", "1000"],
  ] as const,
};

describe("the chart", () => {
  it("puts points by date and height from zero", () => {
    expect(chartGeometry([value, invested])).toEqual({
      top: 2000,
      from: "2024-01-01",
      to: "2024-01-03",
      paths: {
        value: { line: "M0.0,400.0L1000.0,79.9", area: "M0.0,400.0L1000.0,79.9L1000.0,400L0.0,400Z" },
        invested: { line: "M0.0,400.0L500.0,200.0", area: "M0.0,400.0L500.0,200.0L500.0,400L0.0,400Z" },
      },
    });
  });

  it.each([
    ["no points", []],
    ["a single date", [["2024-01-01", "1"]]],
    [
      "a point that is no number",
      [
        ["2024-01-01", "1"],
        ["2024-01-02", "many"],
      ],
    ],
  ])("is not drawn for %s", (_what, points) => {
    expect(chartGeometry([{ ...value, points: points as [string, string][] }])).toBeNull();
  });

  it("has a name, a description and a table", () => {
    const page = html(<InsightChart insight={{ facts: [], series: [value, invested] }} />);
    expect(page).toContain('role="img"');
    expect(page).toContain("Value against Invested");
    expect(page).toContain("Value ends at ₹\u00a01,601; Invested ends at ₹\u00a01,000.");
    expect(page).toContain('<th scope="row">3 Jan 2024</th>');
  });

  it("is left out when an insight brings nothing to draw", () => {
    expect(html(<InsightChart insight={{ facts: [], series: [value] }} />)).toBe("");
  });
});

describe("a projection", () => {
  const line = (key: string, ...values: string[]) => ({
    key,
    label: key,
    unit: "INR",
    points: values.map((figure, year) => [`${2026 + year}-01-01`, figure] as const),
  });
  const series = [
    line("projection", "100", "200"),
    line("projection_low", "100", "150"),
    line("projection_high", "100", "300"),
    line("target", "250", "250"),
  ];

  it("is drawn with its range and its target", () => {
    const page = html(<InsightChart insight={{ facts: [], series }} />);
    expect(page.match(/class="chart-line-/g)).toHaveLength(4);
    expect(page).toContain("projection_high ends at ₹\u00a0300");
    expect(page).toContain("Range");
  });

  it("has a range that goes along its upper end and back along its lower", () => {
    const paths = chartGeometry(series)?.paths;
    expect(between(paths?.projection_low, paths?.projection_high)).toBe(
      "M0.0,266.7L1000.0,0.0L1000.0,200.0L0.0,266.7Z",
    );
    expect(between(undefined, paths?.target)).toBeNull();
  });
});

describe("a drift", () => {
  const facts = [
    fact("actual_equity", { value: "66.2", unit: "percent", text: "66.2%" }),
    fact("target_equity", { value: "0.6", unit: "fraction", text: "60%" }),
    fact("drift_equity", { value: "6.2", unit: "percent", text: "6.2" }),
    fact("actual_gold", { value: "5", unit: "percent", text: "5%" }),
  ];

  it("has a bar for each class with a target", () => {
    expect(driftBars(facts)).toEqual([
      {
        name: "equity",
        label: "Equity",
        actual: 66.2,
        target: 60,
        actualText: "66.2%",
        targetText: "60%",
        driftText: "6.2",
      },
    ]);
  });

  it("says in words what its bars show", () => {
    const page = html(<InsightChart insight={{ facts, series: [] }} />, "hi-IN");
    expect(page).toContain('role="img"');
    expect(page).toContain("66.2%");
    expect(page).not.toContain("Equity");
  });
});

describe("figures and dates", () => {
  it.each([
    [0, 1],
    [1, 1],
    [1148230, 1200000],
    [900, 1000],
    [2.2, 2.5],
    [0.031, 0.04],
  ])("%d rounds up to %d", (given, top) => {
    expect(roundUp(given)).toBeCloseTo(top, 10);
  });

  it("are grouped the Indian way", () => {
    expect(formatFigure("1234567.4", "INR", english)).toBe("₹\u00a012,34,567");
    expect(formatFigure("1234567", "nav", english)).toBe("12,34,567");
    expect(formatFigure("1234567", "INR", calendarFor("bn-IN"))).toBe("₹\u00a0১২,৩৪,৫৬৭");
  });

  it("are written as the reader's language writes them", () => {
    expect(formatDate("2026-11-20", english)).toBe("20 Nov 2026");
    expect(formatDate("2026-11-20", calendarFor("hi-IN"))).toBe("20 नवंबर 2026");
    expect(formatDate("2026-11-20", calendarFor("bn-IN"))).toBe("২০ নভেম্বর, ২০২৬");
    expect(formatDate("soon", english)).toBe("soon");
  });

  it("are in the reader's zone, whatever the machine's", () => {
    const late = "2026-11-20T20:00:00.000Z";
    expect(formatInstant(late, english)).toBe("21 Nov 2026, 01:30 IST");
    expect(formatInstant(late, calendarFor("en-IN", "Europe/London"))).toBe("20 Nov 2026, 20:00");
    expect(localDay(late, english)).toBe("2026-11-21");
    expect(calendarFor("en-IN", "Not/AZone").timeZone).toBe("Asia/Kolkata");
  });
});
