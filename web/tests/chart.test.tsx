/** The chart draws what the figures say, and says the same in words and in a table. */
import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, it } from "vitest";
import { ValueChart } from "@/components/ValueChart";
import { chartGeometry, roundUp } from "@/lib/chart-geometry";
import { formatDate, formatFigure, formatInstant } from "@/lib/format";

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
    const html = renderToStaticMarkup(<ValueChart series={[value, invested]} />);
    expect(html).toContain('role="img"');
    expect(html).toContain("Value against Invested");
    expect(html).toContain("Value ends at ₹1,601; Invested ends at ₹1,000.");
    expect(html).toContain('<th scope="row">3 Jan 2024</th>');
  });

  it("is left out when an insight brings no such pair", () => {
    expect(renderToStaticMarkup(<ValueChart series={[value]} />)).toBe("");
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
    expect(formatFigure("1234567.4", "INR")).toBe("₹12,34,567");
    expect(formatFigure("1234567", "nav")).toBe("12,34,567");
  });

  it("do not depend on the machine's zone", () => {
    expect(formatDate("2026-11-20")).toBe("20 Nov 2026");
    expect(formatInstant("2026-11-20T20:00:00.000Z")).toBe("21 Nov 2026, 01:30 IST");
  });
});
