"use client";
/** A value with an optimistic choice: shown at once, saved in the background, taken back with a reason. */
import { useCallback, useReducer, useRef } from "react";
import type { Outcome } from "@/lib/owner-calls";
import { reduceSaved, type Saved, type SavedAction, savedState } from "@/lib/saved";

type Reducer<T> = (state: Saved<T>, action: SavedAction<T>) => Saved<T>;

export function useSaved<T>(initial: T, save: (value: T) => Promise<Outcome>): [Saved<T>, (value: T) => void] {
  const [state, dispatch] = useReducer(reduceSaved as Reducer<T>, initial, savedState<T>);
  const turns = useRef(0);
  // One after another: the server must not see an older choice last.
  const queue = useRef<Promise<unknown>>(Promise.resolve());
  const choose = useCallback(
    (value: T) => {
      const turn = ++turns.current;
      dispatch({ type: "chosen", value });
      queue.current = queue.current.then(async () => {
        const outcome = await save(value);
        dispatch(outcome.ok ? { type: "saved", turn, value } : { type: "refused", turn, code: outcome.code });
      });
    },
    [save],
  );
  return [state, choose];
}
