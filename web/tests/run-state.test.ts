/** The page's picture of a run follows from its events alone, whatever order connections break in. */
import { describe, expect, it } from "vitest";
import { parseEvent } from "@/lib/events";
import { type Action, initialState, isBusy, reduce, type RunState } from "@/lib/run-state";

const SESSION = "5c886bb2-c114-4584-be66-657ab85e897f";
const card = (id: string) => ({
  id,
  kind: "k",
  severity: "good",
  topicKey: "t",
  title: `Card ${id}`,
  bodyMd: "",
  data: {},
});

function wire(body: object): Action {
  const event = parseEvent(JSON.stringify({ sessionId: SESSION, at: "2026-11-21T00:00:00Z", ...body }));
  if (!event) throw new Error("not an event");
  return { type: "event_received", event };
}

const WHOLE_RUN: Action[] = [
  { type: "run_requested" },
  { type: "run_started", sessionId: SESSION },
  { type: "stream_opened" },
  wire({ type: "init", id: null, status: "running", progress: 0, lastId: 0 }),
  wire({ type: "status", id: 1, msg: "started", progress: 0 }),
  wire({ type: "status", id: null, msg: "reading", progress: 0.2 }),
  wire({ type: "insight", id: 2, insight: card("a") }),
  wire({
    type: "recommendation",
    id: 3,
    recommendation: { id: "r", insightId: "a", title: "Look", body: "" },
  }),
  wire({ type: "insight", id: 4, insight: card("b") }),
  wire({ type: "done", id: 5, status: "completed", insights: 2, recommendations: 1, skipped: 0 }),
];

const play = (actions: readonly Action[], from: RunState = initialState(null)) =>
  actions.reduce(reduce, from);
const keywords = (state: RunState) => state.lines.map(({ keyword }) => keyword);

// S0-5.4a
describe("a run", () => {
  it("prints started, then its insights, then done", () => {
    const state = play(WHOLE_RUN);
    expect(keywords(state)).toEqual(["started", "reading", "insight", "recommendation", "insight", "done"]);
    expect(state).toMatchObject({ phase: "finished", outcome: "completed", progress: 1, lastId: 5 });
  });

  it("hangs a recommendation on its insight", () => {
    const [first, second] = play(WHOLE_RUN).insights;
    expect(first?.recommendations.map(({ title }) => title)).toEqual(["Look"]);
    expect(second?.recommendations).toEqual([]);
  });

  it("looks the same when every event is delivered twice", () => {
    const twice = WHOLE_RUN.flatMap((action) =>
      action.type === "event_received" && action.event.id !== null ? [action, action] : [action],
    );
    expect(play(twice)).toEqual(play(WHOLE_RUN));
  });

  it("looks the same when the stream is replayed from the start after a break", () => {
    const durable = WHOLE_RUN.filter(
      (action) => action.type !== "event_received" || action.event.id !== null,
    );
    const replay = durable.filter(({ type }) => type === "event_received").slice(0, 2);
    const broken = [
      ...durable.slice(0, 5),
      { type: "stream_dropped" } as const,
      { type: "stream_opened" } as const,
      ...replay,
      ...durable.slice(5),
    ];
    expect(play(broken)).toEqual(play(durable));
  });

  it("never moves backwards in progress", () => {
    const state = play([
      ...WHOLE_RUN.slice(0, 6),
      wire({ type: "status", id: null, msg: "resumed", progress: 0.1 }),
    ]);
    expect(state.progress).toBe(0.2);
  });

  it("stays busy while the connection is down, and only done ends it", () => {
    const state = play([...WHOLE_RUN.slice(0, 7), { type: "stream_dropped" }]);
    expect(state.phase).toBe("reconnecting");
    expect(isBusy(state)).toBe(true);
    expect(isBusy(play(WHOLE_RUN))).toBe(false);
  });

  it("ignores a drop that follows done", () => {
    expect(play([{ type: "stream_dropped" }, { type: "stream_opened" }], play(WHOLE_RUN)).phase).toBe(
      "finished",
    );
  });

  it("goes on after one agent's error", () => {
    const state = play([
      ...WHOLE_RUN.slice(0, 6),
      wire({ type: "error", id: 2, code: "agent_failed", retryable: false }),
    ]);
    expect(state.lines.at(-1)).toMatchObject({ keyword: "error", detail: "agent_failed", tone: "bad" });
    expect(isBusy(state)).toBe(true);
  });

  it("shows a refusal as an error line and frees the button", () => {
    const state = play([{ type: "run_requested" }, { type: "run_refused", code: "unavailable" }]);
    expect(keywords(state)).toEqual(["error"]);
    expect(isBusy(state)).toBe(false);
  });

  it("grows the draft of a card and drops it when the card lands", () => {
    const draft = [
      wire({ type: "token", id: null, insightKey: "t", text: "One. " }),
      wire({ type: "token", id: null, insightKey: "t", text: "Two." }),
    ];
    const writing = play([...WHOLE_RUN.slice(0, 6), ...draft]);
    expect(writing.drafts).toEqual({ t: "One. Two." });
    expect(play(WHOLE_RUN.slice(6, 7), writing).drafts).toEqual({});
  });

  it("takes the draft so far from the first frame of a new connection", () => {
    const half = wire({ type: "token", id: null, insightKey: "t", text: "One. " });
    const again = wire({ type: "init", id: null, progress: 0.5, texts: { t: "One. Two. " } });
    expect(play([...WHOLE_RUN.slice(0, 6), half, again]).drafts).toEqual({ t: "One. Two. " });
  });

  it("starts the next run with an empty console and a cursor at zero", () => {
    expect(reduce(play(WHOLE_RUN), { type: "run_requested" })).toMatchObject({
      lines: [],
      lastId: 0,
      insights: [],
    });
  });

  it("is picked up again by a page opened while it runs", () => {
    expect(initialState(SESSION)).toMatchObject({ phase: "reconnecting", sessionId: SESSION, lastId: 0 });
  });

  it("lets a refused cancel be tried again", () => {
    const state = play([...WHOLE_RUN.slice(0, 6), { type: "cancel_requested" }, { type: "cancel_refused" }]);
    expect(state).toMatchObject({ cancelling: false, phase: "live" });
  });
});

describe("an event", () => {
  it.each([
    ["of an unknown type", '{"type":"fireworks","id":9}'],
    ["named like an object's own machinery", '{"type":"constructor","id":9}'],
    ["that is not JSON", "{"],
    ["that is not an object", "[]"],
    ["with an insight that is no card", '{"type":"insight","id":9,"insight":{"id":"x"}}'],
  ])("%s is ignored", (_what, data) => {
    expect(parseEvent(data)).toBeNull();
  });
});
