/** A run survives the reader's connection, a reload, and a second thought; the stack delays each event for these. */
import { cuttableProxy } from "./cuttable-proxy";
import { expect, type Hub, person, signIn, test } from "./fixtures";

/** Every event once: one start, one end, and one line for each card. */
async function expectEachOnce(hub: Hub): Promise<void> {
  const keywords = await hub.keywords();
  expect(keywords.filter((keyword) => keyword === "started")).toHaveLength(1);
  expect(keywords.filter((keyword) => keyword === "done")).toHaveLength(1);
  const ids = await hub.cardIds();
  expect(ids.length).toBeGreaterThan(0);
  expect(new Set(ids).size).toBe(ids.length);
  expect(keywords.filter((keyword) => keyword === "insight")).toHaveLength(ids.length);
}

test("a cut connection is said, mended, and loses or doubles nothing @slow", async ({ browser, baseURL }) => {
  const proxy = await cuttableProxy(new URL(baseURL ?? ""));
  const context = await browser.newContext({ baseURL: proxy.url });
  const hub = await signIn(await context.newPage(), person(4));
  await hub.runButton.click();
  await expect(hub.line("started")).toBeVisible();
  proxy.cut(1_000);
  await expect(hub.phase).toHaveText("Reconnecting");
  await expect(hub.line("done")).toBeVisible({ timeout: 20_000 });
  await expectEachOnce(hub);
  await context.close();
  await proxy.close();
});

test("a refused stream is tried again until it is served @slow", async ({ page }) => {
  const hub = await signIn(page, person(5));
  let refusals = 2;
  await page.route("**/api/ai/coach/stream?*", (route) =>
    refusals-- > 0 ? route.fulfill({ status: 503, json: { code: "unavailable" } }) : route.continue(),
  );
  await hub.runToEnd();
  await expectEachOnce(hub);
});

test("a page reloaded in the middle of a run goes on with it @slow", async ({ page }) => {
  const hub = await signIn(page, person(8));
  await hub.runButton.click();
  await expect(hub.line("started")).toBeVisible();
  await page.reload();
  await expect(hub.runButton).toBeDisabled();
  await expect(hub.line("done")).toBeVisible({ timeout: 20_000 });
  await expectEachOnce(hub);
});

test("a cancelled run says so and frees the button @slow", async ({ page }) => {
  const hub = await signIn(page, person(9));
  await hub.runButton.click();
  await expect(hub.line("started")).toBeVisible();
  await hub.cancelButton.click();
  await expect(hub.phase).toHaveText("Cancelled", { timeout: 20_000 });
  await expect(hub.runButton).toBeEnabled();
});
