/** A card keeps its language, and says so to a reader of another; a refused file is explained in the reader's. */
import { describe, expect, it } from "vitest";
import { InsightCard } from "@/components/InsightCard";
import { languageOf } from "@/lib/script";
import { failureText, warningText } from "@/lib/statement-words";
import { fact, html, insight, wording } from "./wording";

const HINDI = insight("h", {
  title: "आपका पोर्टफोलियो: 9.64% प्रति वर्ष",
  bodyMd: "Meghdoot Flexi Cap Fund - Direct Plan - Growth में मूल्य ₹ 64,52,050 है।",
  facts: [fact("xirr", { label: "प्रति वर्ष रिटर्न", how: "हर लेनदेन के दिन और राशि से निकाला गया।" })],
});
const ENGLISH = insight("e", {
  title: "घर: on the way",
  bodyMd: "What is set aside for घर reaches its target in time.",
  facts: [fact("rate", { label: "Assumed growth a year", how: "Set by you." })],
});

describe("a card", () => {
  it("is in the language of most of its letters, whatever funds and goals are called", () => {
    expect(languageOf(HINDI)).toBe("hi-IN");
    expect(languageOf(ENGLISH)).toBe("en-IN");
    expect(languageOf(insight("b", { title: "আপনার পোর্টফোলিও" }))).toBe("bn-IN");
  });

  it("is marked with its own language inside a page of another, and says which", () => {
    const shown = html(<InsightCard insight={HINDI} />, "bn-IN");
    expect(shown).toMatch(/^<article[^>]* lang="hi-IN"/);
    expect(shown).toContain("হিন্দিতে লেখা");
    expect(shown).toMatch(/<footer[^>]* lang="bn-IN"/);
  });

  it("says nothing of its language to a reader of it", () => {
    expect(html(<InsightCard insight={HINDI} />, "hi-IN")).not.toContain("हिन्दी में लिखा गया");
  });
});

describe("the words of a card", () => {
  it("never end a line before what closes a figure, or within an amount", () => {
    const card = insight("r", {
      title: "House: ₹ 5,000 short",
      bodyMd: "Of 7 funds, **₹ 5,000**.",
      facts: [fact("funds", { text: "7 funds" }), fact("short", { text: "₹ 5,000", unit: "INR" })],
    });
    const shown = html(<InsightCard insight={card} compact />);
    expect(shown).toMatch(/<span class="together"><button[^>]*>7 funds<\/button>,<\/span> /);
    expect(shown).toMatch(/<span class="together"><strong>.*₹ 5,000.*<\/strong>\.<\/span>/);
    expect(shown).toContain("House: ₹\u00a05,000 short");
  });
});

describe("a file that cannot be taken", () => {
  const { words, calendar } = wording("hi-IN");
  const failure = { code: "not_a_statement", detail: "The file is empty." };

  it("is explained in the reader's words, exactly where the service tells the reason", () => {
    expect(failureText({ ...failure, reason: "empty" }, words)).toBe("फ़ाइल ख़ाली है।");
    expect(failureText({ ...failure, reason: "no_header", names: ["isin", "units"] }, words)).toContain("isin, units");
    expect(failureText({ ...failure, reason: "something new" }, words)).toBe(words.errors.not_a_statement);
  });

  it("has warnings in the reader's words, or in the service's own", () => {
    expect(warningText({ code: "refunds", count: 2, text: "2 rows" }, words, calendar)).toMatch(/^स्टाम्प शुल्क की 2/);
    expect(warningText({ code: "new", count: 2, text: "2 rows" }, words, calendar)).toBe("2 rows");
  });
});
