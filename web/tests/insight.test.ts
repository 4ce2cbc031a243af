/** A card is the same whether it came live or from the table. */
import { describe, expect, it } from "vitest";
import { inReadingOrder, leadingFigures } from "@/lib/fact-order";
import { isoTimestamp, mergeInsights, parseInsight } from "@/lib/insight";
import { fact } from "./wording";

const data = {
  facts: {
    xirr: {
      value: "0.142",
      unit: "fraction",
      label: "XIRR",
      how: "36 flows",
      asOf: "2026-11-20",
      text: "14.2 %",
    },
  },
  series: [{ key: "value", label: "Value", unit: "INR", points: [["2024-01-31", "123.45"], ["bad"]] }],
};
const live = {
  id: "a",
  kind: "k",
  severity: "good",
  topicKey: "t",
  position: 2,
  title: "T",
  bodyMd: "B",
  data,
  source: "template",
  createdAt: "2026-01-01T00:00:00.123456+00:00",
};
const row = {
  id: "a",
  kind: "k",
  severity: "good",
  topic_key: "t",
  position: 2,
  title: "T",
  body_md: "B",
  data,
  source: "template",
  created_at: "2026-01-01 00:00:00.123456+00",
  session_id: "s",
  ai_recommendations: [],
};

describe("an insight", () => {
  it("reads alike from a live event and from a row", () => {
    expect(parseInsight(row)).toEqual(parseInsight(live));
  });

  it("keeps a fact's text as the service formatted it", () => {
    expect(parseInsight(live)?.facts).toEqual([
      {
        key: "xirr",
        label: "XIRR",
        text: "14.2 %",
        unit: "fraction",
        value: "0.142",
        how: "36 flows",
        asOf: "2026-11-20",
        order: 0,
      },
    ]);
  });

  it("carries its hints with their answers, and what was thought of it", () => {
    const hints = [{ id: "r", title: "Look", body: "B", status: "accepted" }, { id: "s", status: "?" }, {}];
    const feedback = { helpful: false, reason: "unclear", comment: null };
    expect(parseInsight({ ...live, recommendations: hints, feedback })).toMatchObject({
      recommendations: [{ status: "accepted" }, { status: "proposed" }],
      feedback,
    });
  });

  it("drops a point that is no point and keeps the rest", () => {
    expect(parseInsight(live)?.series[0]?.points).toEqual([["2024-01-31", "123.45"]]);
  });

  it.each([null, "x", [], {}, { id: "a" }, { title: "T" }])("is not read from %j", (value) => {
    expect(parseInsight(value)).toBeNull();
  });

  it("with no data is a card with no figures", () => {
    expect(parseInsight({ id: "a", title: "T", data: null })).toMatchObject({ facts: [], series: [] });
  });
});

describe("facts", () => {
  const facts = [
    fact("fund", { unit: "name" }),
    fact("nav", { unit: "nav" }),
    fact("value", { unit: "INR" }),
    fact("rate", { unit: "percent" }),
    fact("day", { unit: "date" }),
    fact("gain", { unit: "INR" }),
  ];
  const keys = (some: { key: string }[]) => some.map(({ key }) => key);

  it("are read rates first, then money, then other figures, then names and dates", () => {
    expect(keys(inReadingOrder(facts))).toEqual(["rate", "value", "gain", "nav", "fund", "day"]);
  });

  it("lead a card with figures only", () => {
    expect(keys(leadingFigures(facts, 9))).toEqual(["rate", "value", "gain", "nav"]);
    expect(leadingFigures(facts, 2)).toHaveLength(2);
  });

  it("lead no card with a figure that is not known", () => {
    const unknown = fact("rate", { unit: "percent", value: null, text: "not available" });
    expect(keys(leadingFigures([unknown, fact("value", { unit: "INR", value: "0" })], 9))).toEqual(["value"]);
  });
});

describe("a timestamp", () => {
  it.each([
    ["2026-01-01 00:00:00.123456+00", "2026-01-01T00:00:00.123456Z"],
    ["2026-01-01T00:00:00+00:00", "2026-01-01T00:00:00.000000Z"],
    ["2026-01-01T05:30:00.5+05:30", "2026-01-01T00:00:00.500000Z"],
    ["2026-01-01T00:00:00Z", "2026-01-01T00:00:00.000000Z"],
    ["yesterday", "yesterday"],
  ])("%s becomes %s", (given, iso) => {
    expect(isoTimestamp(given)).toBe(iso);
  });
});

describe("merged lists", () => {
  const at = (id: string, createdAt: string) =>
    ({ ...parseInsight({ id, title: id }), createdAt }) as NonNullable<ReturnType<typeof parseInsight>>;

  it("are newest first with each insight once", () => {
    const merged = mergeInsights(
      [at("a", "2026-01-01"), at("b", "2026-01-02")],
      [at("c", "2026-01-03"), at("b", "2026-01-02")],
    );
    expect(merged.map(({ id }) => id)).toEqual(["c", "b", "a"]);
  });
});
