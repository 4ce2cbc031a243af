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
