/** What every browser test needs: people to be, a page that must not log an error, and the Hub's own words. */
import { expect, type Locator, type Page, test as base } from "@playwright/test";

export interface Person {
  readonly name: string;
  readonly email: string;
  readonly password: string;
}

/** Everyone the stack knows; the first two have a button on /login. Each but the newcomers and the reader has a portfolio; nobody but the reader has insights yet. */
export const people: readonly Person[] = JSON.parse(process.env.E2E_USERS ?? "[]") as Person[];

export function person(index: number): Person {
  const found = people[index];
  if (!found) throw new Error(`E2E_USERS names ${people.length} people; this test needs number ${index + 1}`);
  return found;
}

/** Somebody who has a login and nothing else. */
export const newcomer = (index: number): Person => called("Newcomer", index);

/** Somebody whom the coach has told more than two screenfuls, long ago. */
export const reader = (): Person => called("Reader");

/** Somebody with sixteen funds, four goals and missed instalments: as much as a page has to hold. */
export const household = (): Person => called("Household");

function called(kind: string, index = 0): Person {
  const found = people.find(({ name }) => name === `${kind} ${index}`);
  if (!found) throw new Error(`E2E_USERS names no ${kind} ${index}`);
  return found;
}

/** A page on which any script error or blocked script fails the test. */
export const test = base.extend<{ complaints: string[] }>({
  complaints: [
    async ({ page }, use) => {
      const complaints: string[] = [];
      page.on("pageerror", (error) => complaints.push(error.message));
      page.on("console", (message) => {
        // A refused call is logged by the browser itself; tests that provoke one check it themselves.
        if (message.type() === "error" && !message.text().startsWith("Failed to load resource"))
          complaints.push(message.text());
      });
      await use(complaints);
      expect(complaints).toEqual([]);
    },
    { auto: true },
  ],
});

export { expect };

export class Hub {
  readonly runButton: Locator;
  readonly cancelButton: Locator;
  readonly console: Locator;
  readonly cards: Locator;
  readonly phase: Locator;

  constructor(readonly page: Page) {
    this.runButton = page.getByRole("button", { name: /^(Run Coach|Running)$/ });
    this.cancelButton = page.getByRole("button", { name: "Cancel" });
    this.console = page.getByRole("log", { name: "Run console" });
    this.cards = page.locator("[data-insight-id]");
    this.phase = page.locator(".phase");
  }

  line(keyword: string): Locator {
    return this.console.locator(`[data-keyword="${keyword}"]`);
  }

  async keywords(): Promise<string[]> {
    return this.console
      .locator("[data-keyword]")
      .evaluateAll((lines) => lines.map((line) => line.getAttribute("data-keyword") ?? ""));
  }

  async cardIds(): Promise<string[]> {
    return this.cards.evaluateAll((cards) => cards.map((card) => card.getAttribute("data-insight-id") ?? ""));
  }

  /** Presses Run Coach and waits for the end of the run. */
  async runToEnd(): Promise<void> {
    await this.runButton.click();
    await expect(this.line("done")).toBeVisible({ timeout: 20_000 });
  }
}

export async function signIn(page: Page, { email, password }: Person): Promise<Hub> {
  await page.goto("/login");
  await page.getByLabel("Email").fill(email);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(page.getByRole("heading", { name: "Coach Hub" })).toBeVisible();
  return new Hub(page);
}
