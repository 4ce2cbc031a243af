/** An address that leads nowhere, with the way back. */
import Link from "next/link";
import { words } from "@/lib/words";

export default function NotFound() {
  return (
    <main id="main" className="narrow">
      <div className="card">
        <h1>{words.hub.notFound}</h1>
        <Link className="button primary" href="/">
          {words.hub.backHome}
        </Link>
      </div>
    </main>
  );
}
