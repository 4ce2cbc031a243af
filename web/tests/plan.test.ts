/** A plan comes back from its form as it went in, and loses nothing that the form does not show. */
import { describe, expect, it } from "vitest";
import { FIELDS } from "@/lib/goal-fields";
import { emptyGoal, mixSum, parsePlan, planBody, toFraction, toPercent, withHolding, withShare } from "@/lib/plan";
import { faultOf, planIsSound, promised } from "@/lib/plan-check";

const goal = {
  id: "11111111-1111-4111-8111-111111111111",
  name: "House",
  target_amount: "500000.00",
  target_date: "2030-01-01",
  annual_rate: "0.0650",
  annual_step_up: "0.0000",
  monthly_amount: null,
  priority: 2,
  annual_volatility: "0.125",
  schemes: [{ isin: "INF9A1K01AA3", share: "0.5" }],
};
const targets = [
  { dimension: "asset_class", name: "equity", share: "0.7000" },
  { dimension: "asset_class", name: "debt", share: "0.3000" },
  { dimension: "category", name: "ELSS", share: "1" },
];
const plan = parsePlan({ goals: [goal], targets, holdings: [{ isin: "X", name: "Fund" }] });
if (!plan) throw new Error("no plan");

describe("a plan's check", () => {
  const sound = { ...emptyGoal("k"), name: "House", targetAmount: "50,00,000", targetDate: "2032-03-31" };
  const check = (changed: object) => planIsSound({ ...plan, goals: [{ ...sound, ...changed }] });

  it("finds nothing wrong with a goal that says the least", () => {
    expect(check({})).toBe(true);
    expect(check({ rate: "2", stepUp: "50", volatility: "0", priority: "20", monthly: "0.5" })).toBe(true);
  });

  it.each([
    [{ name: " " }],
    [{ targetAmount: "" }],
    [{ targetAmount: "0" }],
    [{ targetAmount: "1e6" }],
    [{ targetDate: "" }],
    [{ rate: "1.99" }],
    [{ rate: "13.01" }],
    [{ rate: "8.125" }],
    [{ stepUp: "51" }],
    [{ volatility: "-1" }],
    [{ priority: "0" }],
    [{ priority: "1.5" }],
    [{ priority: "" }],
    [{ schemes: [{ isin: "X", share: "0" }] }],
    [{ schemes: [{ isin: "X", share: "101" }] }],
    [{ schemes: [{ isin: "X", share: "" }] }],
  ])("refuses %j", (changed) => {
    expect(check(changed)).toBe(false);
  });

  it("says how far a value may go", () => {
    expect(faultOf("14", FIELDS.rate)).toEqual({ code: "range", min: 2, max: 13 });
    expect(faultOf("x", FIELDS.rate)).toEqual({ code: "number" });
    expect(faultOf("", FIELDS.rate)).toBeNull();
  });

  it("adds up what all goals claim of a holding", () => {
    const claim = (share: string) => ({ ...sound, schemes: [{ isin: "X", share }] });
    expect(promised([claim("60"), claim("50"), claim("")]).get("X")).toBe(110);
  });
});

describe("a plan", () => {
  it("is shown in percent and sent as it came", () => {
    expect(plan.goals[0]).toMatchObject({ targetAmount: "500000", rate: "6.5", stepUp: "0", monthly: "", priority: "2", volatility: "12.5" });
    expect(plan.goals[0]?.schemes).toEqual([{ isin: "INF9A1K01AA3", share: "50" }]);
    expect(plan.mix).toEqual({ equity: "70", debt: "30" });
    expect(planBody(plan)).toEqual({
      goals: [{ ...goal, target_amount: "500000", annual_rate: "0.065", annual_step_up: "0" }],
      targets: [
        { dimension: "asset_class", name: "equity", share: "0.7" },
        { dimension: "asset_class", name: "debt", share: "0.3" },
        targets[2],
      ],
    });
  });

  it("has new goals without an id", () => {
    expect(planBody({ ...plan, goals: [emptyGoal("k")] })).toMatchObject({ goals: [{ annual_rate: null }] });
    expect(JSON.stringify(planBody({ ...plan, goals: [emptyGoal("k")] }))).not.toContain('"id"');
  });

  it("sets a holding aside and takes it away", () => {
    const chosen = withHolding(emptyGoal("k"), "X", true);
    expect(chosen.schemes).toEqual([{ isin: "X", share: "100" }]);
    expect(withShare(chosen, "X", "25").schemes).toEqual([{ isin: "X", share: "25" }]);
    expect(withHolding(chosen, "X", false).schemes).toEqual([]);
  });

  it("takes amounts as people group them", () => {
    const grouped = { ...emptyGoal("k"), targetAmount: "50,00,000", monthly: "25 000" };
    expect(planBody({ ...plan, goals: [grouped] })).toMatchObject({ goals: [{ target_amount: "5000000", monthly_amount: "25000" }] });
  });

  it("adds its mix up without rounding noise", () => {
    expect(mixSum({ equity: "33.3", debt: "33.3", gold: "33.4", cash: "" })).toBe(100);
  });

  it.each([
    ["6.5", "0.065"],
    ["", ""],
    ["7", "0.07"],
  ])("%s percent is %s", (percent, fraction) => {
    expect(toFraction(percent)).toBe(fraction);
    expect(toPercent(fraction)).toBe(percent);
  });
});
