/** The Hub shows what is current, portfolio first, each goal by its name; the history finds what is asked for. */
import { describe, expect, it } from "vitest";
import { calendarFor } from "@/lib/calendar";
import { parseDigest } from "@/lib/digest";
import { current, grouped } from "@/lib/groups";
import { matches, NO_FILTER, parsePage } from "@/lib/history";
import { fact, insight } from "./wording";

const scheme = insight("s", { kind: "scheme", topicKey: "performance:scheme:X" });
const contributors = insight("c", { kind: "contributors", topicKey: "performance:contributors" });
const portfolio = insight("p", { kind: "portfolio", topicKey: "performance:portfolio" });
const house = insight("g", { kind: "goal", topicKey: "goals:1", goal: { id: "1", name: "House" } });
const named = insight("n", { kind: "goal", topicKey: "goals:2", facts: [fact("goal_name", { text: "School", value: "School" })] });
const strange = insight("x", { kind: "new thing", topicKey: "constructor:x" });

describe("the Hub", () => {
  it("shows the portfolio first, then each goal, and the funds below", () => {
    const groups = grouped([strange, scheme, house, contributors, portfolio, named]);
    expect(groups.map(({ name, goal, insights }) => [name, goal, insights.map(({ id }) => id)])).toEqual([
      ["portfolio", null, ["p", "c"]],
      ["goals", "House", ["g"]],
      ["goals", "School", ["n"]],
      ["other", null, ["x"]],
      ["funds", null, ["s"]],
    ]);
  });

  it("shows the newest card of a topic only", () => {
    expect(current([portfolio, insight("old", { topicKey: "performance:portfolio" }), insight("a"), insight("b")])).toHaveLength(3);
  });
});

describe("the history", () => {
  const calendar = calendarFor("en-IN");
  const late = insight("l", { createdAt: "2026-11-20T20:00:00.000000Z", feedback: { helpful: false, reason: null, comment: null } });
  const finds = (filter: object) => matches(late, { ...NO_FILTER, ...filter }, calendar);

  it("filters by the reader's own days, both included", () => {
    expect(finds({ from: "2026-11-21", to: "2026-11-21" })).toBe(true);
    expect(finds({ to: "2026-11-20" })).toBe(false);
  });

  it("filters by what was thought of it", () => {
    expect(["any", "unhelpful", "helpful", "none"].map((feedback) => finds({ feedback }))).toEqual([true, true, false, false]);
  });

  it("filters by what it is about", () => {
    expect(matches(scheme, { ...NO_FILTER, kind: "funds" }, calendar)).toBe(true);
    expect(matches(scheme, { ...NO_FILTER, kind: "portfolio" }, calendar)).toBe(false);
  });

  it("reads a page and its cursor", () => {
    expect(parsePage({ insights: [{ id: "a", title: "A" }, {}], cursor: "a" })).toMatchObject({ insights: [{ id: "a" }], cursor: "a" });
    expect(parsePage({ insights: [] })).toMatchObject({ cursor: null });
    expect(parsePage({})).toBeNull();
  });
});

describe("a digest", () => {
  it("does not repeat its subject", () => {
    expect(parseDigest({ digest: { subject: "Your week", body: "Your week\n\nHello" } })).toMatchObject({ body: "Hello" });
    expect(parseDigest({ digest: null })).toBeNull();
  });
});
