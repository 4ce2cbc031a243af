/** Every figure of a card can be opened, and nothing that only looks like one. */
import { describe, expect, it } from "vitest";
import { splitFigures } from "@/lib/figures";
import { fact } from "./wording";

const rate = fact("rate", { text: "10.27%", unit: "percent" });
const value = fact("value", { text: "₹\u00a028,49,155", unit: "INR" });
const funds = fact("funds", { text: "7 funds", unit: "count:fund" });
const name = fact("name", { text: "Fund 500", unit: "name" });

const keys = (text: string, facts = [rate, value, funds, name]) =>
  splitFigures(text, facts).flatMap((part) => (typeof part === "string" ? [] : part.facts.map(({ key }) => key)));

describe("figures in words", () => {
  it("are found as they stand, and the words around them are kept", () => {
    expect(splitFigures("Return: 10.27% a year.", [rate])).toEqual(["Return: ", { facts: [rate], text: "10.27%" }, " a year."]);
    expect(keys("₹\u00a028,49,155 in 7 funds, 10.27%")).toEqual(["value", "funds", "rate"]);
  });

  it("are whole figures, never part of another", () => {
    const small = fact("small", { text: "10", unit: "number" });
    expect(keys("10.27% and 110 and 10%", [small])).toEqual([]);
    expect(keys("10, then 10.", [small])).toEqual(["small", "small"]);
  });

  it("are found in Bengali digits too", () => {
    expect(keys("মূল্য ₹\u00a0২৮,৪৯,১৫৫।", [fact("v", { text: "₹\u00a0২৮,৪৯,১৫৫", unit: "INR" })])).toEqual(["v"]);
  });

  it("are not names, and not words without a number", () => {
    expect(keys("Fund 500 not available", [name, fact("x", { text: "not available" })])).toEqual([]);
  });

  it("open every fact that reads the same, since the words alone do not tell which is meant", () => {
    const due = fact("due", { text: "224 instalments", unit: "count:instalment" });
    const made = fact("made", { text: "224 instalments", unit: "count:instalment" });
    expect(splitFigures("Made: 224 instalments.", [due, rate, made])).toEqual([
      "Made: ",
      { facts: [due, made], text: "224 instalments" },
      ".",
    ]);
  });
});
