/** What the page knows about a run, as a pure function of what has happened: easy to replay, easy to test. */
import type { CoachEvent } from "./events";
import type { Insight, Recommendation } from "./insight";

export type Phase = "idle" | "starting" | "live" | "reconnecting" | "finished" | "failed";

/** One console line; `keyword` is the event's own word, `detail` what it is about. */
export interface Line {
  readonly key: string;
  readonly keyword: string;
  readonly detail: string;
  readonly tone: "plain" | "good" | "bad";
}

export interface RunState {
  readonly phase: Phase;
  readonly sessionId: string | null;
  /** The last durable event seen; anything at or below it is a repeat. */
  readonly lastId: number;
  readonly progress: number;
  /** Asked to stop, and not yet told that it has. */
  readonly cancelling: boolean;
  readonly lines: readonly Line[];
  readonly insights: readonly Insight[];
  /** Text so far of cards still being written. */
  readonly drafts: Readonly<Record<string, string>>;
  /** How the run ended (completed, partial, failed, cancelled), once it has. */
  readonly outcome: string | null;
  readonly failure: string | null;
}

export type Action =
  | { readonly type: "run_requested" }
  | { readonly type: "run_started"; readonly sessionId: string }
  | { readonly type: "run_refused"; readonly code: string }
  | { readonly type: "cancel_requested" }
  | { readonly type: "cancel_refused" }
  | { readonly type: "stream_opened" }
  | { readonly type: "stream_dropped" }
  | { readonly type: "stream_ended" }
  | { readonly type: "stream_refused"; readonly code: string }
  | { readonly type: "event_received"; readonly event: CoachEvent };

const NOTHING: RunState = {
  phase: "idle",
  sessionId: null,
  lastId: 0,
  progress: 0,
  cancelling: false,
  lines: [],
  insights: [],
  drafts: {},
  outcome: null,
  failure: null,
};

/** The state of a page that was opened while `sessionId` runs, or while nothing does. */
export function initialState(sessionId: string | null): RunState {
  return sessionId ? { ...NOTHING, phase: "reconnecting", sessionId } : NOTHING;
}

export function isBusy({ phase }: RunState): boolean {
  return phase === "starting" || phase === "live" || phase === "reconnecting";
}

export function reduce(state: RunState, action: Action): RunState {
  switch (action.type) {
    case "run_requested":
      return { ...NOTHING, phase: "starting" };
    case "run_started":
      return { ...state, sessionId: action.sessionId };
    case "run_refused":
    case "stream_refused":
      return addLine({ ...state, phase: "failed", failure: action.code }, "error", action.code, "bad");
    case "cancel_requested":
      return { ...state, cancelling: true };
    case "cancel_refused":
      return isBusy(state)
        ? addLine({ ...state, cancelling: false }, "error", "cancel_failed", "bad")
        : state;
    case "stream_opened":
      return isBusy(state) ? { ...state, phase: "live" } : state;
    case "stream_dropped":
      return isBusy(state) ? { ...state, phase: "reconnecting" } : state;
    case "stream_ended":
      return isBusy(state) ? { ...state, phase: "finished", drafts: {} } : state;
    case "event_received":
      return receive(state, action.event);
  }
}

function receive(state: RunState, event: CoachEvent): RunState {
  if (event.id !== null && event.id <= state.lastId) return state;
  const next = event.id === null ? state : { ...state, lastId: event.id };
  switch (event.type) {
    case "init":
      // The server's texts replace ours: tokens that were missed or repeated around a reconnect do not matter.
      return { ...next, progress: Math.max(next.progress, event.progress), drafts: event.texts };
    case "status": {
      const progress = Math.max(next.progress, event.progress ?? 0);
      return addLine({ ...next, progress }, event.msg, event.task ?? "");
    }
    case "insight": {
      const insights = [...next.insights, event.insight];
      return addLine(
        { ...next, insights, drafts: without(next.drafts, event.insight.topicKey) },
        "insight",
        event.insight.title,
        "good",
      );
    }
    case "recommendation": {
      const insights = next.insights.map((insight) =>
        attached(insight, event.insightId, event.recommendation),
      );
      return addLine({ ...next, insights }, "recommendation", event.recommendation.title, "good");
    }
    case "token": {
      const text = (next.drafts[event.insightKey] ?? "") + event.text;
      return { ...next, drafts: { ...next.drafts, [event.insightKey]: text } };
    }
    case "error":
      return addLine(next, "error", event.code, "bad");
    case "done": {
      const tone = event.status === "failed" ? "bad" : "good";
      const ended: RunState = {
        ...next,
        phase: "finished",
        progress: 1,
        cancelling: false,
        outcome: event.status,
        drafts: {},
      };
      return addLine(ended, "done", event.status, tone);
    }
  }
}

function attached(insight: Insight, insightId: string, added: Recommendation): Insight {
  if (insight.id !== insightId) return insight;
  return { ...insight, recommendations: [...insight.recommendations, added] };
}

function addLine(state: RunState, keyword: string, detail: string, tone: Line["tone"] = "plain"): RunState {
  return { ...state, lines: [...state.lines, { key: String(state.lines.length), keyword, detail, tone }] };
}

function without(drafts: RunState["drafts"], key: string): RunState["drafts"] {
  return Object.fromEntries(Object.entries(drafts).filter(([name]) => name !== key));
}
