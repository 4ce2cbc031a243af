"use client";
/** Shown when the page itself failed; the coach's data is not affected. */
import { words } from "@/lib/words";

export default function PageError({ reset }: { reset: () => void }) {
  return (
    <main id="main" className="narrow">
      <div className="card failure" role="alert">
        <h1>{words.hub.errorTitle}</h1>
        <button type="button" className="button primary" onClick={reset}>
          {words.hub.errorRetry}
        </button>
      </div>
    </main>
  );
}
