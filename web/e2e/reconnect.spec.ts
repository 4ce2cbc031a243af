/** A run survives the reader's connection, a reload, and a second thought. */
import { cuttableProxy } from "./cuttable-proxy";
import { expect, people, person, signIn, test } from "./fixtures";

test("a cut connection is said, mended, and loses or doubles nothing", async ({ browser, baseURL }) => {
  const proxy = await cuttableProxy(new URL(baseURL ?? ""));
  const context = await browser.newContext({ baseURL: proxy.url });
  const hub = await signIn(await context.newPage(), person(4));
  await hub.runButton.click();
  await expect(hub.line("started")).toBeVisible();
  proxy.cut(1_500);
  await expect(hub.line("done")).toBeVisible({ timeout: 20_000 });

  const keywords = await hub.keywords();
  expect(keywords.filter((keyword) => keyword === "started")).toHaveLength(1);
  expect(keywords.filter((keyword) => keyword === "done")).toHaveLength(1);
  const ids = await hub.cardIds();
  expect(ids.length).toBeGreaterThan(0);
  expect(keywords.filter((keyword) => keyword === "insight")).toHaveLength(ids.length);
  await context.close();
  await proxy.close();
});

test("a page reloaded in the middle of a run goes on with it", async ({ page }) => {
  const hub = await signIn(page, person(5));
  await hub.runButton.click();
  await expect(hub.line("started")).toBeVisible();
  await page.reload();
  // Either the run was still going and is followed, or it has ended and its cards are there.
  await expect(hub.cards.first()).toBeVisible();
  await expect(hub.runButton).toBeEnabled({ timeout: 20_000 });
  const ids = await hub.cardIds();
  expect(new Set(ids).size).toBe(ids.length);
});

test("an unreachable coach is one error line and a button that works again", async ({ page }) => {
  const hub = await signIn(page, person(12));
  const refusal = { code: "unavailable", status: 503, title: "", detail: "", retryable: true };
  await page.route("**/api/ai/coach/start", (route) => route.fulfill({ status: 503, json: refusal }));
  await hub.runButton.click();
  await expect(hub.line("error")).toContainText("cannot be reached right now");
  await expect(hub.phase).toHaveText("Stopped");
  await page.unroute("**/api/ai/coach/start");
  await hub.runToEnd();
});

test("every person of these tests is a different one", () => {
  expect(new Set(people.map(({ email }) => email)).size).toBe(people.length);
});
