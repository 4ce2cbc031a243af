/** The Hub shows what is current, portfolio first, each goal by its name; the history finds what is asked for. */
import { describe, expect, it } from "vitest";
import { parseDigest } from "@/lib/digest";
import { current, grouped, groupOf, groupQuery, GROUPS } from "@/lib/groups";
import { addressOf, filterFrom, insightQuery, NO_FILTER, parsePage } from "@/lib/history";
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
  const GOAL = "goal:11111111-1111-4111-8111-111111111111";
  const chosen = { about: GOAL, from: "2026-11-01", to: "2026-11-20", feedback: "unhelpful", status: "expired" };

  it("keeps its filters in the page's address", () => {
    expect(filterFrom(Object.fromEntries(new URLSearchParams(addressOf(chosen))))).toEqual(chosen);
    expect(addressOf(NO_FILTER)).toBe("");
  });

  it("takes no value from an address that is none", () => {
    const wrong = { about: "money", from: "2026-02-30", to: "soon", feedback: ["none"], status: "gone", other: "x" };
    expect(filterFrom(wrong)).toEqual(NO_FILTER);
    expect(filterFrom({ about: "goal:'--" })).toEqual(NO_FILTER);
  });

  it("asks the service for what was chosen, and goes on from a cursor", () => {
    expect(Object.fromEntries(new URLSearchParams(insightQuery(chosen, 20, "c")))).toEqual({
      limit: "20",
      cursor: "c",
      topic: "goals:11111111-1111-4111-8111-111111111111",
      since: "2026-11-01",
      until: "2026-11-20",
      feedback: "unhelpful",
      status: "expired",
    });
    expect(insightQuery(NO_FILTER, 20)).toBe("limit=20");
  });

  it("asks for a group as the Hub sorts it", () => {
    expect(insightQuery({ ...NO_FILTER, about: "funds" }, 1)).toBe("limit=1&kind=scheme");
    expect(groupQuery("portfolio")).toEqual([["agent", "performance"], ["not_kind", "scheme"], ["not_kind", "set_aside"]]);
    for (const card of [scheme, contributors, portfolio, house]) {
      const agent = card.topicKey.split(":")[0];
      const asking = GROUPS.filter((group) => {
        const wanted = (name: string) => groupQuery(group).flatMap(([key, value]) => (key === name ? [value] : []));
        const agents = wanted("agent");
        return agents.length > 0 ? agents.includes(agent ?? "") && !wanted("not_kind").includes(card.kind) : wanted("kind").includes(card.kind);
      });
      expect(asking).toEqual([groupOf(card)]);
    }
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
