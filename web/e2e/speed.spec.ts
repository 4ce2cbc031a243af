/** How long a person waits: from the click to the first event and to the first card, in the page's own clock. */
import { expect, people, signIn, test } from "./fixtures";

const FIRST_FRESH_PERSON = 10;
const RUNS = 5;

interface Waits {
  readonly event: number;
  readonly card: number;
}

declare global {
  interface Window {
    waits: { click: number; event: number; card: number };
  }
}

/** Notes, in the page, when the button was pressed and when each first thing was in the document. */
function watch(): void {
  const waits = (window.waits = { click: 0, event: 0, card: 0 });
  addEventListener("click", () => (waits.click ||= performance.now()), { capture: true, once: true });
  new MutationObserver(() => {
    if (document.querySelector("[data-keyword]")) waits.event ||= performance.now();
    if (document.querySelector("[data-insight-id]")) waits.card ||= performance.now();
  }).observe(document.body, { childList: true, subtree: true });
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}

test("click to first event and click to card", async ({ browser, baseURL }) => {
  test.setTimeout(120_000);
  const measured: Waits[] = [];
  for (const someone of people.slice(FIRST_FRESH_PERSON, FIRST_FRESH_PERSON + RUNS)) {
    const context = await browser.newContext(baseURL ? { baseURL } : {});
    const hub = await signIn(await context.newPage(), someone);
    await hub.page.evaluate(watch);
    await hub.runToEnd();
    await expect(hub.cards.first()).toBeVisible();
    measured.push(
      await hub.page.evaluate(() => ({
        event: window.waits.event - window.waits.click,
        card: window.waits.card - window.waits.click,
      })),
    );
    await context.close();
  }
  expect(measured).toHaveLength(RUNS);
  const [event, card] = [
    median(measured.map((waits) => waits.event)),
    median(measured.map((waits) => waits.card)),
  ];
  console.log(
    `click to first event: p50 ${event.toFixed(0)} ms; click to card: p50 ${card.toFixed(0)} ms (n=${RUNS})`,
  );
  expect(Math.min(...measured.map((waits) => waits.event))).toBeGreaterThan(0);
});
