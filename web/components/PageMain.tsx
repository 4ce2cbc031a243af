/** The main part of a page: its title, one line about it, and what it is for. */
import type { ReactNode } from "react";

interface Props {
  readonly title: string;
  readonly lead: string;
  /** For pages that are read or filled in line by line. */
  readonly column?: boolean;
  readonly children: ReactNode;
}

export function PageMain({ title, lead, column = false, children }: Props) {
  return (
    <main id="main" className={column ? "column" : undefined}>
      <div className="lead">
        <h1>{title}</h1>
        <p>{lead}</p>
      </div>
      {children}
    </main>
  );
}
