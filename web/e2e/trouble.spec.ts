/** What a person sees when a part is missing. */
import { expect, people, person, signIn, test } from "./fixtures";

test("an unreachable coach is one error line and a button that works again", async ({ page }) => {
  const hub = await signIn(page, person(7));
  const refusal = { code: "unavailable", status: 503, title: "", detail: "", retryable: true };
  await page.route("**/api/ai/coach/start", (route) => route.fulfill({ status: 503, json: refusal }));
  await hub.runButton.click();
  await expect(hub.line("error")).toContainText("cannot be reached right now");
  await expect(hub.phase).toHaveText("Stopped");
  await page.unroute("**/api/ai/coach/start");
  await hub.runToEnd();
});

test("a session that ended is said, not hidden behind a spinner", async ({ page }) => {
  const hub = await signIn(page, person(7));
  await page.context().clearCookies();
  await hub.runButton.click();
  await expect(hub.line("error")).toContainText("Sign in again");
  await expect(hub.runButton).toBeEnabled();
});

test("every person of these tests is a different one", () => {
  expect(new Set(people.map(({ email }) => email)).size).toBe(people.length);
});
