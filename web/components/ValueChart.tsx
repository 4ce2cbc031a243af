/** Portfolio value against the money put in, as an accessible SVG: picture, description and table say the same. */
import { useId } from "react";
import { chartGeometry, HEIGHT, WIDTH } from "@/lib/chart-geometry";
import { formatDate, formatFigure } from "@/lib/format";
import type { Series } from "@/lib/insight";
import { fill, words } from "@/lib/words";

interface Pair {
  readonly value: Series;
  readonly invested: Series;
}

/** The chart, or nothing when the insight brings no such pair of lines. */
export function ValueChart({ series }: { series: readonly Series[] }) {
  const value = series.find(({ key }) => key === "value");
  const invested = series.find(({ key }) => key === "invested");
  return value && invested ? <Chart value={value} invested={invested} /> : null;
}

function Chart(pair: Pair) {
  const titleId = useId();
  const descriptionId = useId();
  const geometry = chartGeometry([pair.value, pair.invested]);
  if (!geometry) return null;
  const { unit } = pair.value;
  const title = fill(words.chart.title, { value: pair.value.label, invested: pair.invested.label });
  const ticks = [geometry.top, geometry.top / 2, 0];
  return (
    <figure className="chart">
      <figcaption className="chart-legend">
        <Swatch name="value" label={pair.value.label} />
        <Swatch name="invested" label={pair.invested.label} />
      </figcaption>
      <div className="chart-plot">
        <div className="chart-ticks" aria-hidden="true">
          {ticks.map((tick) => (
            <span key={tick}>{tick > 0 && <b>{formatFigure(tick, unit)}</b>}</span>
          ))}
        </div>
        <svg
          role="img"
          aria-labelledby={titleId}
          aria-describedby={descriptionId}
          viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
          preserveAspectRatio="none"
        >
          <title id={titleId}>{title}</title>
          <desc id={descriptionId}>{describe(pair, geometry.from, geometry.to)}</desc>
          <path className="chart-area" d={geometry.paths.value?.area} />
          <path className="chart-line-invested" d={geometry.paths.invested?.line} />
          <path className="chart-line-value" d={geometry.paths.value?.line} />
        </svg>
      </div>
      <div className="chart-dates" aria-hidden="true">
        <span>{formatDate(geometry.from)}</span>
        <span>{formatDate(geometry.to)}</span>
      </div>
      <FigureTable {...pair} title={title} />
    </figure>
  );
}

function describe({ value, invested }: Pair, from: string, to: string): string {
  return fill(words.chart.description, {
    from: formatDate(from),
    to: formatDate(to),
    valueLabel: value.label,
    value: formatFigure(value.points.at(-1)?.[1] ?? "", value.unit),
    investedLabel: invested.label,
    invested: formatFigure(invested.points.at(-1)?.[1] ?? "", invested.unit),
  });
}

function Swatch({ name, label }: { name: "value" | "invested"; label: string }) {
  return (
    <span className="chart-key">
      <svg viewBox="0 0 28 8" aria-hidden="true" focusable="false">
        <path className={`chart-line-${name}`} d="M0 4H28" />
      </svg>
      {label}
    </span>
  );
}

function FigureTable({ value, invested, title }: Pair & { title: string }) {
  const investedOn = new Map(invested.points);
  return (
    <div className="sr-only">
      <table>
        <caption>{fill(words.chart.table, { title })}</caption>
        <thead>
          <tr>
            <th scope="col">{words.chart.date}</th>
            <th scope="col">{value.label}</th>
            <th scope="col">{invested.label}</th>
          </tr>
        </thead>
        <tbody>
          {value.points.map(([date, figure]) => (
            <tr key={date}>
              <th scope="row">{formatDate(date)}</th>
              <td>{formatFigure(figure, value.unit)}</td>
              <td>{investedOn.has(date) ? formatFigure(investedOn.get(date) ?? "", invested.unit) : ""}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
