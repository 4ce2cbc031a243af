/** Runs that were recorded from older releases still read as they did: the page may be newer than the service. */
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { type CoachEvent, parseEvent } from "@/lib/events";
import { initialState, reduce } from "@/lib/run-state";

const FOLDER = fileURLToPath(new URL("../../tests/recordings/", import.meta.url));
const RECORDINGS = readdirSync(FOLDER).filter((name) => name.endsWith(".sse"));

function datas(name: string): string[] {
  const lines = readFileSync(`${FOLDER}${name}`, "utf8").split("\n");
  return lines.filter((line) => line.startsWith("data: ")).map((line) => line.slice("data: ".length));
}

describe.each(RECORDINGS)("%s", (name) => {
  const recorded = datas(name).map((data) => JSON.parse(data) as { type: string; id: number | null });
  const events = datas(name).map(parseEvent);

  it("parses whole", () => {
    expect(events.map((event) => event && { type: event.type, id: event.id })).toEqual(
      recorded.map(({ type, id }) => ({ type, id })),
    );
  });

  it("shows every card and ends", () => {
    const known = events.filter((event): event is CoachEvent => event !== null);
    const end = known.reduce(
      (state, event) => reduce(state, { type: "event_received", event }),
      initialState("session"),
    );
    const count = (type: string): number => recorded.filter((event) => event.type === type).length;
    expect(end.phase).toBe("finished");
    expect(end.insights).toHaveLength(count("insight"));
    expect(end.insights.flatMap((insight) => insight.recommendations)).toHaveLength(count("recommendation"));
    expect(end.insights.every((insight) => insight.bodyMd && insight.facts.length > 0)).toBe(true);
  });
});

it("finds recordings", () => {
  expect(RECORDINGS.length).toBeGreaterThan(3);
});
