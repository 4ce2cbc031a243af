/** An empty place that says what will be there. */
import type { ReactNode } from "react";

export function EmptyCard({ title, lead, children }: { title: string; lead: string; children?: ReactNode }) {
  return (
    <div className="card empty">
      <h2>{title}</h2>
      <p>{lead}</p>
      {children}
    </div>
  );
}
