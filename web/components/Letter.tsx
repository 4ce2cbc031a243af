/** A weekly digest as a page shows a letter. */
import { unbroken } from "@/lib/format";
import { sectionsOf } from "@/lib/letter";
import { renderMarkdown } from "@/lib/markdown";

export function Letter({ text }: { text: string }) {
  return (
    <div className="letter-body">
      {sectionsOf(unbroken(text)).map(({ title, body }, index) => (
        <section key={index} className="prose">
          {title && <h3>{title}</h3>}
          {renderMarkdown(body)}
        </section>
      ))}
    </div>
  );
}
