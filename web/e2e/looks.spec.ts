/** Every page in light and dark, on a desk and in a hand: axe finds nothing, nothing overflows, and it is photographed. */
import { fileURLToPath } from "node:url";
import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { expect, newcomer, person, signIn, test } from "./fixtures";
import { statement } from "./statement";

// The pictures of the README are renewed on purpose only: every run would change their dates.
const folder = process.env.UPDATE_SCREENSHOTS ? "../../docs/screenshots/" : "../test-results/screenshots/";
const FOLDER = fileURLToPath(new URL(folder, import.meta.url));
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"];
const SIZES = { desktop: { width: 1280, height: 900 }, mobile: { width: 390, height: 844 } } as const;

/** With `part`, the picture is of the first such part alone. */
async function inspect(page: Page, name: string, part?: string): Promise<void> {
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    for (const [device, size] of Object.entries(SIZES)) {
      await page.setViewportSize(size);
      const axe = new AxeBuilder({ page });
      // Dark differs from light in its colours only: the other rules have been asked.
      const rules = colorScheme === "light" ? axe.withTags(TAGS) : axe.withRules(["color-contrast"]);
      const { violations } = await rules.analyze();
      expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
      expect(
        await page.evaluate(() => document.documentElement.scrollWidth - innerWidth),
      ).toBeLessThanOrEqual(0);
      const path = `${FOLDER}${name}-${device}-${colorScheme}.png`;
      if (part) {
        await page.locator(part).first().screenshot({ path });
        continue;
      }
      await page.evaluate(() => scrollTo(0, 0));
      const height = Math.min(
        await page.evaluate(() => document.documentElement.scrollHeight),
        2 * size.height,
      );
      const clip = { x: 0, y: 0, width: size.width, height };
      await page.screenshot({ path, fullPage: true, clip });
    }
  }
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
  await page.locator(".prose [data-figure]").first().click();
  await inspect(page, "hub");
  await picture(page, "goal", '[aria-labelledby^="group-goal"] [data-insight-id]');
  await picture(page, "drift", "[data-insight-id]:has(.drift)");
  await page.getByRole("button", { name: "Not helpful" }).first().click();
  await page.locator(".thumbs").first().scrollIntoViewIfNeeded();
  await inspect(page, "feedback", ".insight-foot");
  await page.goto("/history");
  await hub.cards.nth(2).locator("summary").first().click();
  await inspect(page, "history");
  await page.goto("/goals");
  await page.locator(".goal summary").first().click();
  await page.locator(".goal .holdings summary").first().click();
  await inspect(page, "goals");
  await speak(page, "हिन्दी", "hi-IN");
  await page.goto("/");
  await inspect(page, "hub-hindi");
  await speak(page, "বাংলা", "bn-IN");
  await inspect(page, "settings-bengali");
});

test("the pages of somebody new", async ({ page }) => {
  test.setTimeout(180_000);
  await signIn(page, newcomer(2));
  await inspect(page, "hub-newcomer");
  for (const [path, name] of [
    ["/history", "history-empty"],
    ["/digest", "digest-empty"],
    ["/preferences", "settings"],
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
  await page.emulateMedia({ colorScheme: "light", reducedMotion: "reduce" });
  await page.setViewportSize(SIZES.desktop);
  await page.locator(part).first().screenshot({ path: `${FOLDER}${name}-desktop-light.png` });
}

async function speak(page: Page, language: string, lang: string): Promise<void> {
  await page.goto("/preferences");
  await page.getByLabel(language).check();
  await page.locator("form.form button.primary").click();
  await expect(page.locator("html")).toHaveAttribute("lang", lang);
}
