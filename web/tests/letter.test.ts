/** The plain text of a digest is shown with its titles, lists and hints, and loses no word. */
import { describe, expect, it } from "vitest";
import { sectionsOf } from "@/lib/letter";

const LETTER = `What changed. Cards in this digest: 2.

Your mix
--------
Value: ₹ 50,48,331.

- Equity: 67%.
- Debt: 21%.
→ Coming SIPs could close a drift
The share of debt is below.

Retirement: short
-----------------
Target: ₹ 6,00,00,000.

None of this is advice.
`;

describe("a letter", () => {
  it("is cut at its underlined titles, and what leads in has none", () => {
    expect(sectionsOf(LETTER).map(({ title }) => title)).toEqual([null, "Your mix", "Retirement: short"]);
    expect(sectionsOf(LETTER)[2]?.body).toBe("Target: ₹ 6,00,00,000.\n\nNone of this is advice.");
  });

  it("sets a hint apart from the list above it and from its own words", () => {
    expect(sectionsOf(LETTER)[1]?.body).toContain("- Debt: 21%.\n\n**→ Coming SIPs could close a drift**\n\nThe share");
  });

  it("without titles is one piece, and an empty one is none", () => {
    expect(sectionsOf("Only words.")).toEqual([{ title: null, body: "Only words." }]);
    expect(sectionsOf("")).toEqual([]);
  });
});
