/** A choice shows at once and is taken back when it could not be saved, in whatever order answers come. */
import { describe, expect, it } from "vitest";
import { feedbackFrom } from "@/lib/feedback";
import { importState, reduceImport } from "@/lib/import-state";
import { parsePreferences, parseQuietTopics, preferencesFrom } from "@/lib/preferences";
import { reduceSaved, savedState, type SavedAction } from "@/lib/saved";
import { parseReport } from "@/lib/statement";

const play = (...actions: SavedAction<string>[]) => actions.reduce(reduceSaved<string>, savedState("old"));

// S0-8.1b
describe("an optimistic choice", () => {
  it("shows before it is saved", () => {
    expect(play({ type: "chosen", value: "new" })).toMatchObject({ shown: "new", kept: "old", saving: true });
  });

  it("stays when it was saved", () => {
    expect(play({ type: "chosen", value: "new" }, { type: "saved", turn: 1, value: "new" })).toMatchObject({
      shown: "new",
      kept: "new",
      saving: false,
      failure: null,
    });
  });

  it("is taken back with the reason when it was refused", () => {
    expect(play({ type: "chosen", value: "new" }, { type: "refused", turn: 1, code: "offline" })).toMatchObject({
      shown: "old",
      saving: false,
      failure: "offline",
    });
  });

  it("is not disturbed by the answer to an earlier one", () => {
    const two = [
      { type: "chosen", value: "a" },
      { type: "chosen", value: "b" },
    ] as const;
    expect(play(...two, { type: "refused", turn: 1, code: "x" })).toMatchObject({ shown: "b", failure: null });
    expect(
      play(...two, { type: "saved", turn: 1, value: "a" }, { type: "refused", turn: 2, code: "x" }),
    ).toMatchObject({ shown: "a", kept: "a", failure: "x" });
  });
});

describe("an import", () => {
  const report = parseReport({ added: 3, known: 1, folios_added: 1, file_kind: "csv", rejected: [{ row: 4, rows: 3, reason: "R" }] });
  if (!report) throw new Error("no report");
  const form = new FormData();
  const sent = { type: "sent", preview: true } as const;
  const previewed = { type: "previewed", form, report } as const;
  const failure = { code: "wrong_password", detail: "" };

  it("goes from the file over the preview to the result, and forgets the password", () => {
    const read = [sent, previewed].reduce(reduceImport, importState);
    expect(read).toMatchObject({ stage: "preview", form });
    const importing = reduceImport(read, { ...sent, preview: false });
    expect(importing.stage).toBe("importing");
    expect(reduceImport(importing, { type: "imported", report })).toMatchObject({ stage: "done", form: null });
  });

  it("that is refused lets the person choose again", () => {
    expect(reduceImport(reduceImport(importState, sent), { type: "refused", failure })).toMatchObject({
      stage: "choosing",
      failure,
    });
  });

  it("that fails at the end keeps its preview", () => {
    const importing = { stage: "importing", form, report, failure: null } as const;
    expect(reduceImport(importing, { type: "refused", failure })).toMatchObject({ stage: "preview", report });
  });

  it("that cannot be read once more keeps what was read before", () => {
    const again = [sent, previewed, sent, { type: "refused", failure } as const].reduce(reduceImport, importState);
    expect(again).toMatchObject({ stage: "preview", form, report, failure });
  });

  it("says how many rows a rejected scheme has", () => {
    expect(report.rejected).toEqual([{ row: "4 (+2)", scheme: "", code: "", reason: "R" }]);
  });
});

describe("forms", () => {
  const form = (fields: Record<string, string>) => {
    const data = new FormData();
    for (const [name, value] of Object.entries(fields)) data.append(name, value);
    return data;
  };

  it("of preferences leave an empty budget to the service", () => {
    expect(preferencesFrom(form({ locale: "hi-IN", timezone: "Asia/Kolkata", token_budget: " " }))).toEqual({
      locale: "hi-IN",
      timezone: "Asia/Kolkata",
      focus: [],
      email_opt_in: false,
      llm_enabled: false,
      token_budget: null,
    });
    expect(preferencesFrom(form({ token_budget: "0", llm_enabled: "on" }))).toMatchObject({
      token_budget: 0,
      llm_enabled: true,
    });
  });

  it("of feedback send plain words and a known reason", () => {
    expect(feedbackFrom(form({ reason: "unclear", comment: " a\r\nb " }))).toEqual({
      helpful: false,
      reason: "unclear",
      comment: "a\nb",
    });
    expect(feedbackFrom(form({ reason: "made up", comment: "" }))).toMatchObject({ reason: null, comment: null });
  });
});

describe("preferences", () => {
  it("are read with their defaults, or not at all", () => {
    expect(parsePreferences({ locale: "xx", token_budget: null })).toMatchObject({ locale: "en-IN", llm_enabled: true });
    expect(parsePreferences(null)).toBeNull();
  });

  it("name quiet topics only when the service does", () => {
    expect(parseQuietTopics({})).toBeNull();
    expect(parseQuietTopics({ quiet_topics: [{ topic: "t", until: "2026-12-01" }] })).toEqual([
      { topic: "t", title: "t", until: "2026-12-01" },
    ]);
  });
});
