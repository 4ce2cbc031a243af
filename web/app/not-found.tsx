/** An address that leads nowhere, with the way back. */
import Link from "next/link";
import { pageWording } from "@/lib/language";

export default async function NotFound() {
  const { trouble } = (await pageWording()).words;
  return (
    <main id="main" className="narrow">
      <div className="card failure">
        <h1>{trouble.notFound}</h1>
        <Link className="button primary" href="/">
          {trouble.backHome}
        </Link>
      </div>
    </main>
  );
}
