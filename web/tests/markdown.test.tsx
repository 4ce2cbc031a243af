/** The coach's Markdown can become paragraphs, lists and bold words, and nothing else. */
import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, it } from "vitest";
import { renderMarkdown } from "@/lib/markdown";

const html = (source: string) => renderToStaticMarkup(renderMarkdown(source));

// S0-4.4b
describe("markdown", () => {
  it.each([
    ["one **two** three", "<p>one <strong>two</strong> three</p>"],
    ["one\n\ntwo", "<p>one</p><p>two</p>"],
    ["- a\n- **b**", "<ul><li>a</li><li><strong>b</strong></li></ul>"],
    ["1. a\n2. b", "<ol><li>a</li><li>b</li></ol>"],
    ["Look:\n- a", "<p>Look:</p><ul><li>a</li></ul>"],
    ["a **b**, c", '<p>a <span class="together"><strong>b</strong>,</span> c</p>'],
    ["a\r\n\r\nb", "<p>a</p><p>b</p>"],
    ["", ""],
    ["**", "<p>**</p>"],
    ["****", "<p>****</p>"],
    ["-5 %", "<p>-5 %</p>"],
  ])("%j", (source, expected) => {
    expect(html(source)).toBe(expected);
  });

  it.each([
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "**<b onclick=x>**",
    "- <iframe src=//evil.test>",
  ])("shows %j as text", (source) => {
    expect(html(source)).not.toMatch(/<(script|img|b|iframe)[\s>]/);
  });

  it("makes no link and no image out of Markdown's own", () => {
    expect(html("[x](javascript:alert(1)) ![y](//evil.test)")).toBe(
      "<p>[x](javascript:alert(1)) ![y](//evil.test)</p>",
    );
  });
});
