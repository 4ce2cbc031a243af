/** The pages beside the Hub: history, settings in three languages, and a person's power over their data. */
import { readFile } from "node:fs/promises";
import { expect, newcomer, person, signIn, test } from "./fixtures";

test("the history finds what was said, by subject, day and opinion", async ({ page }) => {
  const hub = await signIn(page, person(17));
  await hub.runToEnd();
  const said = await hub.cards.count();
  await hub.cards.first().getByRole("button", { name: "Helpful", exact: true }).click();
  await expect(hub.cards.first().getByText("Thank you, saved.")).toBeVisible();

  await page.getByRole("navigation").getByRole("link", { name: "History" }).click();
  await expect(page.getByRole("heading", { name: "History", level: 1 })).toBeVisible();
  await expect(hub.cards).toHaveCount(said);
  await page.getByLabel("Your feedback").selectOption({ label: "Helpful" });
  await expect(hub.cards).toHaveCount(1);
  await page.getByLabel("Until").fill("2020-01-01");
  await expect(page.getByText("Nothing matches these filters.")).toBeVisible();
  await page.getByRole("button", { name: "Clear filters" }).click();
  await page.getByLabel("About").selectOption({ label: "Fund by fund" });
  await expect(hub.cards.first()).toContainText("Fund");
  await hub.cards.first().locator("summary").first().click();
  await expect(hub.cards.first().locator(".prose").first()).toBeVisible();
});

test("the history goes on page by page to its end", async ({ page }) => {
  const hub = await signIn(page, person(17));
  const card = (number: number) => ({
    id: `00000000-0000-4000-8000-${String(number).padStart(12, "0")}`,
    kind: "scheme",
    title: `Card ${number}`,
    data: {},
    createdAt: new Date(Date.UTC(2024, 0, 1) - number * 86_400_000).toISOString(),
  });
  await page.route("**/api/ai/coach/insights?*", (route) => {
    const cursor = new URL(route.request().url()).searchParams.get("cursor");
    const second = cursor === card(99).id;
    const insights = Array.from({ length: second ? 5 : 100 }, (_, index) => card(index + (second ? 100 : 0)));
    return route.fulfill({ json: { insights, cursor: second ? null : card(99).id } });
  });
  await page.goto("/history");
  await expect(hub.cards.first()).toBeVisible();
  const more = page.getByRole("button", { name: "Show more" });
  while (await more.isVisible()) await more.click();
  await expect(page.getByText("That is everything.")).toBeVisible();
  const ids = await hub.cardIds();
  expect(new Set(ids).size).toBe(ids.length);
});

test("a reader chooses their language, and every page speaks it", async ({ page }) => {
  await signIn(page, person(18));
  for (const [name, lang, settings, hubTitle] of [
    ["हिन्दी", "hi-IN", "सेटिंग", "कोच हब"],
    ["বাংলা", "bn-IN", "সেটিংস", "কোচ হাব"],
    ["English", "en-IN", "Settings", "Coach Hub"],
  ] as const) {
    await page.goto("/preferences");
    await page.getByLabel(name).check();
    await page.locator("form.form button.primary").click();
    await expect(page.getByRole("heading", { level: 1 })).toHaveText(settings);
    await expect(page.locator("html")).toHaveAttribute("lang", lang);
    await page.getByRole("navigation").getByRole("link").first().click();
    await expect(page.getByRole("heading", { level: 1 })).toHaveText(hubTitle);
    await page.reload();
    await expect(page.locator("html")).toHaveAttribute("lang", lang);
  }
});

test("settings stay, and one that is not allowed is refused in words", async ({ page }) => {
  await signIn(page, person(18));
  await page.goto("/preferences");
  const saved = page.getByText("Saved.");
  await page.getByLabel("Goals").check();
  await page.getByLabel("Let a language model word the insights").uncheck();
  await page.getByLabel("Tokens a day for the language model").fill("5000");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(saved).toBeVisible();
  await page.reload();
  await expect(page.getByLabel("Goals")).toBeChecked();
  await expect(page.getByLabel("Let a language model word the insights")).not.toBeChecked();
  await expect(page.getByLabel("Tokens a day for the language model")).toHaveValue("5000");
  await page.getByLabel("Time zone").fill("Middle/Earth");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("alert").filter({ hasText: "not allowed here" })).toBeVisible();
});

test("goals and the wanted mix are a person's own to say, and stay", async ({ page }) => {
  await signIn(page, person(18));
  await page.goto("/goals");
  const goals = page.getByRole("group", { name: /./ }).filter({ has: page.getByLabel("What for") });
  await expect(page.getByRole("button", { name: "Add a goal" })).toBeVisible();
  const before = await goals.count();
  await page.getByRole("button", { name: "Add a goal" }).click();
  const added = goals.last();
  await added.getByLabel("What for").fill("A long journey");
  await added.getByLabel("Amount in rupees").fill("250000");
  await added.getByLabel("By", { exact: true }).fill("2035-01-31");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("Saved.")).toBeVisible();
  await page.reload();
  await expect(goals).toHaveCount(before + 1);
  const kept = goals.filter({ hasText: "A long journey" });
  await expect(kept.getByLabel("Amount in rupees")).toHaveValue("250000");
  await kept.getByRole("button", { name: "Remove this goal" }).click();
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("Saved.")).toBeVisible();
  await page.reload();
  await expect(goals).toHaveCount(before);
});

test("a person takes everything along, and deletes everything only after typing their address", async ({ page }) => {
  const someone = person(19);
  const hub = await signIn(page, someone);
  await hub.runToEnd();
  await page.goto("/preferences");
  const download = page.waitForEvent("download");
  await page.getByRole("link", { name: "Export everything" }).click();
  const file = await download;
  expect(file.suggestedFilename()).toBe("ai-coach-export.json");
  const everything = JSON.parse(await readFile(await file.path(), "utf8")) as { tables: { ai_insights: unknown[] } };
  expect(everything.tables.ai_insights.length).toBeGreaterThan(0);

  await page.getByRole("button", { name: "Delete everything of mine" }).click();
  const really = page.getByRole("button", { name: "Delete everything", exact: true });
  await page.getByLabel(/type your email address/).fill("somebody@else.example");
  await expect(really).toBeDisabled();
  await page.getByLabel(/type your email address/).fill(someone.email);
  await really.click();
  await expect(page.getByText("Everything of yours was deleted.")).toBeVisible();
  await page.goto("/");
  await expect(page.getByRole("heading", { name: "Start with your statement" })).toBeVisible();
});

test("somebody without a digest is told when there will be one", async ({ page }) => {
  await signIn(page, newcomer(1));
  await page.getByRole("navigation").getByRole("link", { name: "Digest" }).click();
  await expect(page.getByRole("heading", { name: "No digest yet" })).toBeVisible();
});
