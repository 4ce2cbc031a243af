/** How a CSV must look: its columns, the kinds of transactions, and an example to copy. */
import { csvExample, csvKinds } from "@/words/csv.json";
import type { Words } from "@/lib/words";

export function CsvFormat({ words: { csv } }: { words: Words["import"] }) {
  return (
    <section className="card form" id="csv" aria-labelledby="csv-title">
      <h2 id="csv-title">{csv.title}</h2>
      <p>{csv.lead}</p>
      <dl className="columns">
        {Object.entries(csv.columns).map(([column, meaning]) => (
          <div key={column}>
            <dt>
              <code>{column}</code>
            </dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
      <h3>{csv.kinds}</h3>
      <p className="kinds">
        {csvKinds.map((kind) => (
          <code key={kind}>{kind}</code>
        ))}
      </p>
      <h3>{csv.example}</h3>
      <pre className="table-box" tabIndex={0} role="region" aria-label={csv.example}>
        {csvExample.join("\n")}
      </pre>
    </section>
  );
}
