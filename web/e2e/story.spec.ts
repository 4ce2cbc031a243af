/** The product in one browser: sign in, run, read; nobody else's eyes. */
import { expect, Hub, person, signIn, test } from "./fixtures";

// S0-4.4b, S0-5.3a, S0-5.4a, S0-3.2a
test("a demo click signs in, Run Coach tells its story live, and the cards stay", async ({ page }) => {
  await page.goto("/");
  await expect(page).toHaveURL(/\/login$/);
  await page.getByRole("button", { name: `Continue as ${person(0).name}` }).click();
  const hub = new Hub(page);
  await expect(page.getByRole("heading", { name: "No insights yet" })).toBeVisible();

  await page.evaluate(() => Object.assign(window, { sameDocument: true }));
  await hub.runButton.click();
  await expect(hub.runButton).toBeDisabled();
  await expect(hub.line("started")).toBeVisible();
  await expect(hub.cards.first()).toBeVisible();
  await expect(hub.line("done")).toBeVisible();
  expect(await page.evaluate(() => "sameDocument" in window)).toBe(true);
  await expect(hub.runButton).toBeEnabled();

  const keywords = await hub.keywords();
  expect(keywords[0]).toBe("started");
  expect(keywords.indexOf("insight")).toBeGreaterThan(0);
  expect(keywords.at(-1)).toBe("done");
  expect(keywords.filter((keyword) => keyword === "done")).toHaveLength(1);

  await expect(hub.line("done")).toBeInViewport({ ratio: 1 });

  const live = await hub.cardIds();
  await page.reload();
  await expect(hub.cards.first()).toBeVisible();
  expect(await hub.cardIds()).toEqual(live);
});

test("two people see disjoint lists, and not each other's session", async ({ browser, baseURL }) => {
  const open = async (index: number) => {
    const context = await browser.newContext(baseURL ? { baseURL } : {});
    const hub = await signIn(await context.newPage(), person(index));
    const started = hub.page.waitForResponse("**/api/ai/coach/start");
    await hub.runToEnd();
    const { sessionId } = (await (await started).json()) as { sessionId: string };
    return { hub, sessionId, ids: await hub.cardIds() };
  };
  const [one, two] = [await open(1), await open(2)];
  expect(one.ids.length).toBeGreaterThan(0);
  expect(two.ids.length).toBeGreaterThan(0);
  expect(one.ids.filter((id) => two.ids.includes(id))).toEqual([]);

  for (const path of ["session/", "stream?sessionId="]) {
    const url = `/api/ai/coach/${path}`;
    const foreign = await one.hub.page.request.get(url + two.sessionId);
    const unknown = await one.hub.page.request.get(url + crypto.randomUUID());
    expect([foreign.status(), unknown.status()]).toEqual([404, 404]);
  }
});

test("signing out closes the Hub", async ({ page }) => {
  await signIn(page, person(0));
  await page.getByRole("button", { name: "Sign out" }).click();
  await expect(page).toHaveURL(/\/login$/);
  await page.goto("/");
  await expect(page).toHaveURL(/\/login$/);
});

test("a wrong password is said kindly and signs nobody in", async ({ page }) => {
  await page.goto("/login");
  await page.getByLabel("Email").fill(person(0).email);
  await page.getByLabel("Password").fill("not the password");
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(page.getByRole("alert").filter({ hasText: "Email or password is not right." })).toBeVisible();
});
