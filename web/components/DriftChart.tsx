/** Each class's share as a bar against its target, as an accessible SVG with the same figures in a table. */
import { useId } from "react";
import type { Drift } from "@/lib/drift";
import { fill, lookup } from "@/lib/fill";
import { useWording } from "./Wording";

export function DriftChart({ bars }: { bars: readonly Drift[] }) {
  const { words, calendar } = useWording();
  const { chart, classes } = words.card;
  const className = ({ name, label }: Drift): string => lookup(classes, name) ?? label;
  return (
    <figure className="chart drift" lang={calendar.locale}>
      <figcaption className="chart-legend">
        <span>{chart.drift}</span>
        <span className="chart-key">
          <svg viewBox="0 0 28 8" aria-hidden="true" focusable="false">
            <path className="drift-target" d="M14 0V8" />
          </svg>
          {chart.target}
        </span>
      </figcaption>
      <table>
        <thead className="sr-only">
          <tr>
            <th scope="col">{chart.class}</th>
            <th scope="col">{chart.actual}</th>
            <th scope="col">{chart.target}</th>
            <th scope="col">{chart.drifted}</th>
          </tr>
        </thead>
        <tbody>
          {bars.map((bar) => (
            <tr key={bar.name}>
              <th scope="row">{className(bar)}</th>
              <td className="drift-bar">
                <Bar bar={bar} name={className(bar)} />
                <span>{bar.actualText}</span>
              </td>
              <td className="sr-only">{bar.targetText}</td>
              <td className="sr-only">{bar.driftText}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </figure>
  );
}

function Bar({ bar, name }: { bar: Drift; name: string }) {
  const { words } = useWording();
  const titleId = useId();
  const line = fill(words.card.chart.driftLine, { class: name, actual: bar.actualText, target: bar.targetText });
  return (
    <svg role="img" aria-labelledby={titleId} viewBox="0 0 100 10" preserveAspectRatio="none">
      <title id={titleId}>{line}</title>
      <rect className="drift-track" width="100" height="10" />
      <rect className="drift-share" width={bar.actual.toFixed(2)} height="10" />
      <path className="drift-target" d={`M${bar.target.toFixed(2)} 0V10`} />
    </svg>
  );
}
