/** Every page in light and dark, on a desk and in a hand: axe finds nothing, nothing overflows, and it can be photographed. */
import { fileURLToPath } from "node:url";
import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { expect, household, newcomer, person, signIn, test } from "./fixtures";
import { statement } from "./statement";

// Pictures are taken on purpose only (`make screenshots`): every run would change their dates.
const TAKEN = Boolean(process.env.UPDATE_SCREENSHOTS);
const FOLDER = fileURLToPath(new URL("../../docs/screenshots/", import.meta.url));
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"];
const SIZES = { desktop: { width: 1280, height: 900 }, mobile: { width: 390, height: 844 } } as const;

/** With `part`, the picture is of the first such part alone. */
async function inspect(page: Page, name: string, part?: string): Promise<void> {
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    for (const [device, size] of Object.entries(SIZES)) {
      await page.setViewportSize(size);
      if (colorScheme === "light") await expectSound(page, part, TAGS);
      // Dark differs from light in its colours only, and a hand's colours are a desk's.
      else if (device === "desktop") await expectSound(page, part);
      expect(
        await page.evaluate(() => document.documentElement.scrollWidth - innerWidth),
      ).toBeLessThanOrEqual(0);
      if (TAKEN) await photograph(page, `${FOLDER}${name}-${device}-${colorScheme}.png`, part);
    }
  }
}

async function photograph(page: Page, path: string, part?: string): Promise<void> {
  if (part) {
    await page.locator(part).first().screenshot({ path });
    return;
  }
  await page.evaluate(() => scrollTo(0, 0));
  const full = await page.evaluate(() => ({ width: innerWidth, height: document.documentElement.scrollHeight }));
  const height = Math.min(full.height, 2 * (page.viewportSize()?.height ?? full.height));
  await page.screenshot({ path, fullPage: true, clip: { x: 0, y: 0, width: full.width, height } });
}

/** Axe finds nothing, by the rules of these tags or else by that of contrast alone. */
async function expectSound(page: Page, part?: string, tags?: string[]): Promise<void> {
  const axe = new AxeBuilder({ page });
  if (part) axe.include(part);
  const { violations } = await (tags ? axe.withTags(tags) : axe.withRules(["color-contrast"])).analyze();
  expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
}

test("the way in", async ({ page }) => {
  await page.goto("/login");
  await inspect(page, "login");
});

test("the Hub before and after its first run", async ({ page }) => {
  test.setTimeout(180_000);
  const hub = await signIn(page, person(6));
  await expect(page.getByRole("heading", { name: "No insights yet" })).toBeVisible();
  await inspect(page, "hub-empty");
  await hub.runToEnd();
  await page.locator('.prose [data-figure="portfolio_xirr"]').first().click();
  await inspect(page, "hub");
  await picture(page, "goal", '[aria-labelledby^="group-goal"] [data-insight-id]');
  await picture(page, "drift", "[data-insight-id]:has(.drift)");
  await page.getByRole("button", { name: "Not helpful" }).first().click();
  await page.locator(".thumbs").first().scrollIntoViewIfNeeded();
  await inspect(page, "feedback", ".insight-foot");
  await speak(page, "हिन्दी", "hi-IN");
  await page.goto("/");
  await inspect(page, "hub-hindi");
  await speak(page, "বাংলা", "bn-IN");
  await inspect(page, "settings-bengali");
});

// S0-3.2a, S0-5.4a, S0-7.2b
test("a household's sixteen funds, four goals and missed instalments fit on every page", async ({ page }) => {
  test.setTimeout(180_000);
  const hub = await signIn(page, household());
  await hub.runToEnd();
  for (const goal of ["Emergency fund", "Down payment for the flat in Coimbatore", "Tara’s engineering degree", "Retirement"])
    await expect(page.getByRole("heading", { name: goal, level: 2, exact: true })).toBeVisible();
  await expect(page.locator('[aria-labelledby="group-funds"] [data-insight-id]')).toHaveCount(16);
  await expect(page.getByRole("heading", { name: /instalments missed/, level: 3 })).toBeVisible();
  await expect(page.locator(".drift").first()).toBeVisible();
  await inspect(page, "household");
  await page.goto("/history");
  await page.getByLabel("About").selectOption({ label: "Fund by fund" });
  await expect(page).toHaveURL(/about=funds/);
  await hub.cards.nth(2).locator("summary").first().click();
  await inspect(page, "history");
  await page.goto("/goals");
  const degree = page.locator(".goal").nth(2);
  await degree.locator("summary").first().click();
  await degree.locator(".holdings summary").click();
  await inspect(page, "goals");
  await writeDigests(page);
  await page.goto("/digest");
  await expect(page.locator(".letter-body")).toContainText("Tara’s engineering degree");
  await inspect(page, "digest");
  await page.goto("/");
  const opinion = page.getByRole("group", { name: "Was this helpful?" }).nth(2);
  await opinion.getByRole("button", { name: "Not helpful" }).click();
  await expect(opinion.getByRole("status")).toHaveText("Thank you, saved.");
  await page.goto("/preferences");
  await expect(page.locator("[data-topic]")).toHaveCount(1);
  await inspect(page, "settings");
});

test("the pages of somebody new", async ({ page }) => {
  test.setTimeout(180_000);
  await signIn(page, newcomer(2));
  await inspect(page, "hub-newcomer");
  for (const [path, name] of [
    ["/history", "history-empty"],
    ["/digest", "digest-empty"],
    ["/import", "import"],
  ] as const) {
    await page.goto(path);
    await inspect(page, name);
  }
  await page.getByLabel("Statement", { exact: true }).setInputFiles(statement());
  await page.getByRole("button", { name: "Show what will change" }).click();
  await expect(page.getByRole("heading", { name: "What will change" })).toBeVisible();
  await inspect(page, "import-preview");
});

/** One part of a page that was already inspected, as a reader at a desk sees it. */
async function picture(page: Page, name: string, part: string): Promise<void> {
  await expect(page.locator(part).first()).toBeVisible();
  if (!TAKEN) return;
  await page.emulateMedia({ colorScheme: "light", reducedMotion: "reduce" });
  await page.setViewportSize(SIZES.desktop);
  await page.locator(part).first().screenshot({ path: `${FOLDER}${name}-desktop-light.png` });
}

/** As the host's cron does once a week, for everyone to whom something was said. */
async function writeDigests(page: Page): Promise<void> {
  const headers = { authorization: `Bearer ${process.env.E2E_CRON_SECRET}` };
  const answer = await page.request.get("/api/ai/coach/webhook?job=weekly", { headers });
  expect(await answer.json()).toMatchObject({ job: "weekly", failed: 0 });
}

async function speak(page: Page, language: string, lang: string): Promise<void> {
  await page.goto("/preferences");
  await page.getByLabel(language).check();
  await page.locator("form.form button.primary").click();
  await expect(page.locator("html")).toHaveAttribute("lang", lang);
}
