"use client";
/** A coach run in React: one state, one connection, two verbs. */
import { useCallback, useEffect, useReducer } from "react";
import { followRun } from "@/lib/follow-run";
import { initialState, isBusy, reduce, type RunState } from "@/lib/run-state";
import { cancelRun, startRun } from "@/lib/start-run";

export interface CoachRun {
  readonly state: RunState;
  readonly busy: boolean;
  readonly cancelling: boolean;
  readonly run: () => Promise<void>;
  readonly cancel: () => Promise<void>;
}

export function useCoachRun(activeSessionId: string | null): CoachRun {
  const [state, dispatch] = useReducer(reduce, activeSessionId, initialState);
  const { sessionId } = state;

  // Keyed by the session alone: StrictMode's second mount closes the first connection before opening its own.
  useEffect(() => (sessionId ? followRun(sessionId, dispatch) : undefined), [sessionId]);

  const run = useCallback(async () => {
    dispatch({ type: "run_requested" });
    const answer = await startRun(crypto.randomUUID());
    dispatch("sessionId" in answer ? { type: "run_started", ...answer } : { type: "run_refused", ...answer });
  }, []);

  const cancel = useCallback(async () => {
    if (!sessionId) return;
    dispatch({ type: "cancel_requested" });
    if (!(await cancelRun(sessionId))) dispatch({ type: "cancel_refused" });
  }, [sessionId]);

  return { state, busy: isBusy(state), cancelling: state.cancelling, run, cancel };
}
