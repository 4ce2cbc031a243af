/** What a reader does with a card: opens its figures, says whether it helped, answers its hints. */
import { expect, person, signIn, test } from "./fixtures";

const REFUSAL = { code: "unavailable", status: 503, title: "", detail: "", retryable: true };

// S0-8.1b
test("a thumb stays over a reload, and is taken back with a message when it cannot be saved", async ({ page }) => {
  const hub = await signIn(page, person(15));
  await hub.runToEnd();
  const card = hub.cards.first();
  const up = card.getByRole("button", { name: "Helpful", exact: true });
  const down = card.getByRole("button", { name: "Not helpful" });

  await page.route("**/api/ai/coach/feedback", (route) => route.fulfill({ status: 503, json: REFUSAL }));
  await up.click();
  await expect(card.getByRole("alert").filter({ hasText: "taken back" })).toContainText("cannot be reached");
  await expect(up).toHaveAttribute("aria-pressed", "false");
  await page.unroute("**/api/ai/coach/feedback");

  await down.click();
  await expect(down).toHaveAttribute("aria-pressed", "true");
  await card.getByLabel("Hard to understand").check();
  await card.getByLabel("Comment (optional)").fill("Too many figures.\nFewer, please.");
  await card.getByRole("button", { name: "Send" }).click();
  await expect(card.getByText("Thank you, saved.")).toBeVisible();
  await page.reload();
  await expect(down).toHaveAttribute("aria-pressed", "true");
  await down.click();
  await expect(card.getByLabel("Hard to understand")).toBeChecked();
  await expect(card.getByLabel("Comment (optional)")).toHaveValue("Too many figures.\nFewer, please.");

  await up.click();
  await expect(card.getByText("Thank you, saved.")).toBeVisible();
  await page.reload();
  await expect(up).toHaveAttribute("aria-pressed", "true");
});

test("every figure on a card opens up, in its words and in its list", async ({ page }) => {
  const hub = await signIn(page, person(15));
  if ((await hub.cards.count()) === 0) await hub.runToEnd();
  const card = hub.cards.first();
  for (const place of [".prose strong", ".facts", "h3"]) {
    const figure = card.locator(`${place} [data-figure]`).first();
    await figure.click();
    await expect(figure).toHaveAttribute("aria-expanded", "true");
    const panel = card.locator(`[id="${await figure.getAttribute("aria-controls")}"]`);
    await expect(panel).toContainText(`: ${await figure.textContent()}`);
    await expect(panel).toContainText(/As of \d/);
    await figure.click();
    await expect(panel).toBeEmpty();
  }
});

// S0-7.2b
test("a hint is answered, keeps its answer, and takes it back when it cannot be saved", async ({ page }) => {
  const hub = await signIn(page, person(16));
  await hub.runToEnd();
  const hint = page.locator("[data-hint-id]").first();
  await expect(hint).toHaveAttribute("data-status", "proposed");
  const answer = (name: string) => hint.getByRole("button", { name });

  await page.route("**/api/ai/coach/recommendations/*", (route) => route.fulfill({ status: 503, json: REFUSAL }));
  await answer("Accept").click();
  await expect(hint.getByRole("alert")).toContainText("taken back");
  await expect(hint).toHaveAttribute("data-status", "proposed");
  await page.unroute("**/api/ai/coach/recommendations/*");

  await answer("Accept").click();
  await expect(hint).toHaveAttribute("data-status", "accepted");
  await answer("Mark done").click();
  await expect(answer("Mark done")).toHaveAttribute("aria-pressed", "true");
  await page.waitForLoadState("networkidle");
  await page.reload();
  await expect(hint).toHaveAttribute("data-status", "done");
});

// S0-7.2b
test("dismissing a hint holds over a reload, and other hints stay as they were", async ({ page }) => {
  await signIn(page, person(16));
  const [first, last] = [page.locator("[data-hint-id]").first(), page.locator("[data-hint-id]").last()];
  await expect(last).toHaveAttribute("data-status", "proposed");
  await last.getByRole("button", { name: "Dismiss" }).click();
  await expect(last).toHaveAttribute("data-status", "dismissed");
  await page.waitForLoadState("networkidle");
  await page.reload();
  await expect(last).toHaveAttribute("data-status", "dismissed");
  await expect(last.getByText("Dismissed")).toBeVisible();
  await expect(last.getByRole("button", { name: "Dismiss" })).toHaveAttribute("aria-pressed", "true");
  await expect(first).toHaveAttribute("data-status", "done");
});

// S0-7.2b
test("a card shows the hints it came with, and a card without one shows none", async ({ page }) => {
  const hub = await signIn(page, person(16));
  await expect(hub.cards.first()).toBeVisible();
  const answer = await page.request.get("/api/ai/coach/insights?limit=100");
  const { insights } = (await answer.json()) as { insights: { id: string; recommendations: unknown[] }[] };
  const counts = insights.map(({ recommendations }) => recommendations.length);
  expect(Math.min(...counts)).toBe(0);
  expect(Math.max(...counts)).toBeGreaterThan(0);
  for (const { id, recommendations } of insights)
    await expect(page.locator(`[data-insight-id="${id}"] .hint`)).toHaveCount(recommendations.length);
});

// S0-8.1b, S0-8.2b
test("a topic quietened by a thumb is in the settings, and is heard again from there", async ({ page }) => {
  const hub = await signIn(page, person(16));
  const card = hub.cards.first();
  const title = (await card.locator("h3").textContent()) ?? "";
  await card.getByRole("button", { name: "Not helpful" }).click();
  await expect(card.getByText("Thank you, saved.")).toBeVisible();

  await page.goto("/preferences");
  const topic = page.locator("[data-topic]");
  await expect(topic).toHaveCount(1);
  await expect(topic).toContainText(title);
  await expect(topic).toContainText(/until \d/);
  const hear = topic.getByRole("button", { name: `Hear it again ${title}` });
  await page.route("**/api/ai/coach/prefs", (route) => route.fulfill({ status: 503, json: REFUSAL }));
  await hear.click();
  await expect(topic.getByRole("alert")).toContainText("cannot be reached");
  await page.unroute("**/api/ai/coach/prefs");
  await hear.click();
  await expect(topic.getByRole("status")).toHaveText("You will hear about it as before.");
  await expect(hear).toHaveCount(0);
  await page.reload();
  await expect(page.getByRole("heading", { name: "Settings", level: 1 })).toBeVisible();
  await expect(topic).toHaveCount(0);
});
