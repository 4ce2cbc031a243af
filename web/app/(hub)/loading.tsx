/** Shown while the Hub reads its insights. */
import { words } from "@/lib/words";

export default function Loading() {
  return (
    <main id="main" className="loading">
      <p role="status" className="sr-only">
        {words.hub.loading}
      </p>
      <div className="card skeleton" aria-hidden="true" />
      <div className="card skeleton" aria-hidden="true" />
    </main>
  );
}
