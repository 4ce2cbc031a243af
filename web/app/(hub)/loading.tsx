"use client";
/** Shown while a page reads what it shows. */
import { useWording } from "@/components/Wording";

export default function Loading() {
  const { words } = useWording();
  return (
    <main id="main" className="loading">
      <p role="status" className="sr-only">
        {words.trouble.loading}
      </p>
      <div className="card skeleton" aria-hidden="true" />
      <div className="card skeleton" aria-hidden="true" />
    </main>
  );
}
