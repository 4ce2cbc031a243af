"use client";
/** What was to be shown cannot be read; the rest of the page works. */
import { useWording } from "./Wording";

export function LoadError() {
  const { trouble } = useWording().words;
  return (
    <div className="card failure" role="alert">
      <p>{trouble.unread}</p>
      <a className="button" href="">
        {trouble.reload}
      </a>
    </div>
  );
}
