/** Every page in light and dark, on a desk and in a hand: axe finds nothing, nothing overflows, and it is photographed. */
import { fileURLToPath } from "node:url";
import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { expect, person, signIn, test } from "./fixtures";

// The pictures of the README are renewed on purpose only: every run would change their dates.
const folder = process.env.UPDATE_SCREENSHOTS ? "../../docs/screenshots/" : "../test-results/screenshots/";
const FOLDER = fileURLToPath(new URL(folder, import.meta.url));
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"];
const SIZES = { desktop: { width: 1280, height: 900 }, mobile: { width: 390, height: 844 } } as const;

async function inspect(page: Page, name: string): Promise<void> {
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    for (const [device, size] of Object.entries(SIZES)) {
      await page.setViewportSize(size);
      const { violations } = await new AxeBuilder({ page }).withTags(TAGS).analyze();
      expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
      expect(
        await page.evaluate(() => document.documentElement.scrollWidth - innerWidth),
      ).toBeLessThanOrEqual(0);
      await page.evaluate(() => scrollTo(0, 0));
      const height = Math.min(
        await page.evaluate(() => document.documentElement.scrollHeight),
        2 * size.height,
      );
      const clip = { x: 0, y: 0, width: size.width, height };
      await page.screenshot({ path: `${FOLDER}${name}-${device}-${colorScheme}.png`, fullPage: true, clip });
    }
  }
}

test("the way in", async ({ page }) => {
  await page.goto("/login");
  await inspect(page, "login");
});

test("the Hub before and after its first run", async ({ page }) => {
  const hub = await signIn(page, person(6));
  await expect(page.getByRole("heading", { name: "No insights yet" })).toBeVisible();
  await inspect(page, "hub-empty");
  await hub.runToEnd();
  await page.locator("summary").first().click();
  await inspect(page, "hub");
});
