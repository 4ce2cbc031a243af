/** A value that is shown as chosen at once and taken back when it could not be saved: a pure reducer. */

export interface Saved<T> {
  /** What the server is known to have. */
  readonly kept: T;
  /** What the reader sees. */
  readonly shown: T;
  /** Counts choices, so that a late answer to an earlier one changes nothing that is shown. */
  readonly turn: number;
  readonly saving: boolean;
  /** Why the last choice was taken back. */
  readonly failure: string | null;
}

export type SavedAction<T> =
  | { readonly type: "chosen"; readonly value: T }
  | { readonly type: "saved"; readonly turn: number; readonly value: T }
  | { readonly type: "refused"; readonly turn: number; readonly code: string };

export function savedState<T>(value: T): Saved<T> {
  return { kept: value, shown: value, turn: 0, saving: false, failure: null };
}

export function reduceSaved<T>(state: Saved<T>, action: SavedAction<T>): Saved<T> {
  switch (action.type) {
    case "chosen":
      return { ...state, shown: action.value, turn: state.turn + 1, saving: true, failure: null };
    case "saved": {
      const kept = { ...state, kept: action.value };
      return action.turn === state.turn ? { ...kept, saving: false } : kept;
    }
    case "refused":
      if (action.turn !== state.turn) return state;
      return { ...state, shown: state.kept, saving: false, failure: action.code };
  }
}
