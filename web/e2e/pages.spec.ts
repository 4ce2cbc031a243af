/** The pages beside the Hub: history, settings in three languages, and a person's power over their data. */
import { readFile } from "node:fs/promises";
import { expect, newcomer, person, reader, signIn, test } from "./fixtures";

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
  await expect(page).toHaveURL(/feedback=helpful/);
  await page.reload();
  await page.waitForLoadState("networkidle");
  await expect(hub.cards).toHaveCount(1);
  await page.getByLabel("Until").fill("2020-01-01");
  await expect(page.getByText("Nothing matches these filters.")).toBeVisible();
  await page.getByRole("button", { name: "Clear filters" }).click();
  await expect(hub.cards).toHaveCount(said);
  await page.getByLabel("Still true?").selectOption({ label: "No longer holds" });
  await expect(page.getByText("Nothing matches these filters.")).toBeVisible();
  await page.getByRole("button", { name: "Clear filters" }).click();
  await page.getByLabel("About").selectOption({ label: "Fund by fund" });
  await expect(page).toHaveURL(/about=funds/);
  await expect(hub.cards.first()).toContainText("Fund");
  await hub.cards.first().locator("summary").first().click();
  await expect(hub.cards.first().locator(".prose").first()).toBeVisible();
});

test("the history goes on page by page to its end, with a filter too", async ({ page }) => {
  const hub = await signIn(page, reader());
  await page.goto("/history");
  const more = page.getByRole("button", { name: "Show more" });
  for (const shown of [20, 40, 45]) {
    await expect(hub.cards).toHaveCount(shown);
    if (shown < 45) await more.click();
  }
  await expect(page.getByText("That is everything.")).toBeVisible();
  const ids = await hub.cardIds();
  expect(new Set(ids).size).toBe(ids.length);

  const fiveDaysAgo = new Date(Date.now() - 5 * 86_400_000).toISOString().slice(0, 10);
  await page.goto(`/history?about=portfolio&to=${fiveDaysAgo}`);
  await expect(hub.cards).toHaveCount(20);
  await more.click();
  await expect(hub.cards).toHaveCount(40);
  await more.click();
  await expect(page.getByText("That is everything.")).toBeVisible();
  await expect(page.getByRole("heading", { name: "Card 1", exact: true })).toHaveCount(0);
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
  const save = page.getByRole("button", { name: "Save" });
  await expect(page.getByRole("button", { name: "Add a goal" })).toBeVisible();
  const before = await goals.count();
  await page.getByRole("button", { name: "Add a goal" }).click();
  const added = goals.last();
  await added.getByLabel("What for").fill("A long journey");
  await added.getByLabel("Amount in rupees").fill("2,50,000");
  await added.getByLabel("By", { exact: true }).fill("2035-01-31");
  await added.getByLabel("Priority").fill("9");
  await added.getByLabel("Assumed swing").fill("12.5");
  await added.getByRole("checkbox").first().check();
  await added.getByLabel(/^Percent of/).fill("40");
  await save.click();
  await expect(page.getByText("Saved.")).toBeVisible();
  await page.reload();
  await expect(goals).toHaveCount(before + 1);
  const kept = goals.filter({ hasText: "A long journey" });
  await kept.locator("summary").first().click();
  await expect(kept.getByLabel("Amount in rupees")).toHaveValue("250000");
  await expect(kept.getByLabel("Priority")).toHaveValue("9");
  await expect(kept.getByLabel("Assumed swing")).toHaveValue("12.5");
  await kept.getByText("Funds set aside for this goal: 1").click();
  await expect(kept.getByLabel(/^Percent of/)).toHaveValue("40");
  await kept.getByRole("button", { name: "Remove this goal" }).click();
  await save.click();
  await expect(page.getByText("Saved.")).toBeVisible();
  await page.reload();
  await expect(goals).toHaveCount(before);
});

test("a value that cannot be is marked, with what it may be, and nothing is saved", async ({ page }) => {
  await signIn(page, person(18));
  await page.goto("/goals");
  const sent: string[] = [];
  page.on("request", (request) => request.method() === "PUT" && sent.push(request.url()));
  const goal = page.getByRole("group", { name: /./ }).filter({ has: page.getByLabel("What for") }).first();
  const summary = goal.locator("summary").first();
  await summary.click();
  const rate = goal.getByLabel("Assumed return");
  await rate.fill("15");
  await summary.click();
  await expect(rate).toBeHidden();
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("alert").filter({ hasText: "need another look" })).toBeVisible();
  await expect(rate).toBeFocused();
  await expect(rate).toHaveAccessibleDescription("Between 2 and 13.");
  await rate.fill("13");
  await expect(goal.getByText("Between 2 and 13.")).toHaveCount(0);
  expect(sent).toEqual([]);
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
