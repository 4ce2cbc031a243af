/** A plan comes back from its form as it went in, and loses nothing that the form does not show. */
import { describe, expect, it } from "vitest";
import { emptyGoal, mixSum, parsePlan, planBody, toFraction, toPercent, withHolding } from "@/lib/plan";

const goal = {
  id: "11111111-1111-4111-8111-111111111111",
  name: "House",
  target_amount: "500000.00",
  target_date: "2030-01-01",
  annual_rate: "0.0650",
  annual_step_up: "0.0000",
  monthly_amount: null,
  schemes: [{ isin: "INF9A1K01AA3", share: "0.5" }],
};
const targets = [
  { dimension: "asset_class", name: "equity", share: "0.7000" },
  { dimension: "asset_class", name: "debt", share: "0.3000" },
  { dimension: "category", name: "ELSS", share: "1" },
];
const plan = parsePlan({ goals: [goal], targets, holdings: [{ isin: "X", name: "Fund" }] });
if (!plan) throw new Error("no plan");

describe("a plan", () => {
  it("is shown in percent and sent as it came", () => {
    expect(plan.goals[0]).toMatchObject({ targetAmount: "500000", rate: "6.5", stepUp: "0", monthly: "" });
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
    expect(chosen.schemes).toEqual([{ isin: "X", share: "1" }]);
    expect(withHolding(chosen, "X", false).schemes).toEqual([]);
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
