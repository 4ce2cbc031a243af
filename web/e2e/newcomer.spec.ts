/** Somebody new finds their way without documentation: sign in, import, run, act. */
import type { Page } from "@playwright/test";
import { expect, newcomer, signIn, test } from "./fixtures";
import { statement } from "./statement";

test("a newcomer imports a statement, runs the coach, and answers it", async ({ page }) => {
  const hub = await signIn(page, newcomer(0));
  await expect(page.getByRole("heading", { name: "Start with your statement" })).toBeVisible();
  await expect(page.locator(".steps [aria-current=step]")).toHaveText("Import a statement of your funds");
  await page.getByRole("link", { name: "Import a statement" }).click();

  await page.getByLabel("Statement", { exact: true }).setInputFiles(statement());
  await page.getByRole("button", { name: "Show what will change" }).click();
  await expect(page.getByRole("heading", { name: "What will change" })).toBeVisible();
  await expect(page.getByRole("cell", { name: /date lies in the future/ })).toBeVisible();
  await page.getByRole("button", { name: "Import this" }).click();
  await expect(page.getByRole("heading", { name: "Imported" })).toBeVisible();

  await page.getByRole("link", { name: "Say what you save for" }).click();
  await saveForAHouse(page);
  await page.getByRole("link", { name: "On to Run Coach" }).click();
  await expect(page.locator(".steps [aria-current=step]")).toHaveText("Press Run Coach");
  await hub.runToEnd();
  await expect(hub.cards.first()).toContainText("Your portfolio");
  await expect(page.getByRole("heading", { name: "A house", level: 2 })).toBeVisible();

  const hint = page.locator("[data-hint-id]").first();
  await hint.getByRole("button", { name: "Accept" }).click();
  await expect(hint).toHaveAttribute("data-status", "accepted");
  await page.waitForLoadState("networkidle");
  await page.reload();
  await expect(hint).toHaveAttribute("data-status", "accepted");

  await page.goto("/import");
  await page.getByLabel("Statement", { exact: true }).setInputFiles(statement());
  await page.getByRole("button", { name: "Show what will change" }).click();
  await expect(page.getByText("Everything that can be used from this file is already here.")).toBeVisible();

  await page.getByRole("button", { name: "Choose another file" }).click();
  await page.getByLabel("Statement", { exact: true }).setInputFiles(statement("purchase"));
  await page.getByRole("button", { name: "Show what will change" }).click();
  await expect(page.getByRole("heading", { name: /^36 look like what is stored already/ })).toBeVisible();
  await expect(page.getByRole("button", { name: "Import this" })).toHaveCount(0);
  await page.getByLabel(/import them as well/).click();
  await expect(page.getByText("They are imported as well.")).toBeVisible();
  await expect(page.getByRole("button", { name: "Import this" })).toBeEnabled();
});

async function saveForAHouse(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Add a goal" }).click();
  await page.getByLabel("What for").fill("A house");
  await page.getByLabel("Amount in rupees").fill("5000000");
  await page.getByLabel("By", { exact: true }).fill("2032-03-31");
  await page.getByLabel("Put in each month").fill("5000");
  await page.getByLabel("Assumed return, % a year").fill("8");
  await page.getByLabel(/Meghdoot Flexi Cap/).check();
  await page.getByLabel("Equity").fill("30");
  await page.getByLabel("Debt").fill("60");
  await expect(page.getByText("Together: 90% of 100%")).toBeVisible();
  await expect(page.getByRole("button", { name: "Save" })).toBeDisabled();
  await page.getByLabel("Debt").fill("70");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("Saved.")).toBeVisible();
}

test("a file that is no statement, and one that is too large, are refused in words", async ({ page }) => {
  await signIn(page, newcomer(1));
  await page.goto("/import");
  for (const [bytes, words] of [
    [Buffer.from("hello\nworld\n"), /not a header/],
    [Buffer.alloc(4 * 1024 * 1024 + 1), /larger than 4 MB/],
  ] as const) {
    const file = { name: "letter.csv", mimeType: "text/csv", buffer: bytes };
    await page.getByLabel("Statement", { exact: true }).setInputFiles(file);
    await page.getByRole("button", { name: "Show what will change" }).click();
    await expect(page.getByRole("alert").filter({ hasText: words })).toBeVisible();
  }
});
