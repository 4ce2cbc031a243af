/** Where an import stands, as a pure function of what has happened. */
import type { StatementReport } from "./statement";

export type ImportStage = "choosing" | "reading" | "preview" | "importing" | "done";

export interface ImportState {
  readonly stage: ImportStage;
  /** The chosen file and its password, kept in this page's memory between preview and import. */
  readonly form: FormData | null;
  readonly report: StatementReport | null;
  readonly failure: Failure | null;
}

export interface Failure {
  readonly code: string;
  /** The service's own sentence, in English. */
  readonly detail: string;
  /** What is wrong with the file, closer than the code says it. */
  readonly reason?: string;
  /** The columns it is about. */
  readonly names?: readonly string[];
}

export type ImportAction =
  | { readonly type: "sent"; readonly preview: boolean }
  | { readonly type: "previewed"; readonly form: FormData; readonly report: StatementReport }
  | { readonly type: "imported"; readonly report: StatementReport }
  | { readonly type: "refused"; readonly failure: Failure }
  | { readonly type: "restarted" };

export const importState: ImportState = { stage: "choosing", form: null, report: null, failure: null };

export function reduceImport(state: ImportState, action: ImportAction): ImportState {
  switch (action.type) {
    case "sent":
      return { ...state, stage: action.preview ? "reading" : "importing", failure: null };
    case "previewed":
      return { stage: "preview", form: action.form, report: action.report, failure: null };
    case "imported":
      // The password is not needed any more.
      return { stage: "done", form: null, report: action.report, failure: null };
    case "refused":
      return { ...state, stage: state.report ? "preview" : "choosing", failure: action.failure };
    case "restarted":
      return importState;
  }
}
