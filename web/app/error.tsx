"use client";
/** Shown when the page itself failed; the coach's data is not affected. */
import { useWording } from "@/components/Wording";

export default function PageError({ reset }: { reset: () => void }) {
  const { trouble } = useWording().words;
  return (
    <main id="main" className="narrow">
      <div className="card failure" role="alert">
        <h1>{trouble.title}</h1>
        <button type="button" className="button primary" onClick={reset}>
          {trouble.retry}
        </button>
      </div>
    </main>
  );
}
