/** A whole run without a mouse. */
import { expect, Hub, person, test } from "./fixtures";

test("the keyboard alone signs in, runs the coach, and opens how a figure was computed", async ({ page }) => {
  const { email, password } = person(3);
  await page.goto("/login");
  const tabTo = async (name: RegExp): Promise<void> => {
    for (let presses = 0; presses < 30; presses++) {
      await page.keyboard.press("Tab");
      const label = await page.evaluate(() => {
        const focused = document.activeElement as HTMLInputElement | null;
        return (
          focused?.labels?.[0]?.textContent ||
          focused?.getAttribute("aria-label") ||
          focused?.textContent ||
          ""
        );
      });
      if (name.test(label.trim())) return;
    }
    throw new Error(`Tab never reached ${name}`);
  };

  await tabTo(/^Skip to content$/);
  await expect(page.getByRole("link", { name: "Skip to content" })).toBeInViewport();
  await tabTo(/^Email$/);
  await page.keyboard.type(email);
  await tabTo(/^Password$/);
  await page.keyboard.type(password);
  await page.keyboard.press("Enter");

  const hub = new Hub(page);
  await expect(hub.runButton).toBeEnabled();
  await tabTo(/^Run Coach$/);
  await page.keyboard.press("Enter");
  await expect(hub.line("done")).toBeVisible({ timeout: 20_000 });

  await tabTo(/^Run console$/);
  await tabTo(/^How this was computed$/);
  const outline = await page.evaluate(() => getComputedStyle(document.activeElement as Element).outlineStyle);
  expect(outline).not.toBe("none");
  await page.keyboard.press("Enter");
  await expect(page.locator("details[open]")).toHaveCount(1);
});
