/** Lines over time as an accessible SVG, with a range where there is one: picture, description and table say the same. */
import { useId } from "react";
import { between, chartGeometry, type Geometry, HEIGHT, WIDTH } from "@/lib/chart-geometry";
import { fill } from "@/lib/fill";
import { formatDate, formatFigure } from "@/lib/format";
import type { Series } from "@/lib/insight";
import { scriptOf } from "@/lib/script";
import { useWording } from "./Wording";

/** How a line looks: the first is what matters, the second what it is held against. */
export type Look = "value" | "invested";

export interface Line {
  readonly series: Series;
  readonly look: Look;
}

interface Props {
  readonly title: string;
  readonly lines: readonly Line[];
  /** The lower and upper end of a range around the first line. */
  readonly range?: readonly [Series, Series] | null;
}

export function LineChart({ title, lines, range = null }: Props) {
  const { calendar } = useWording();
  const all = [...lines.map(({ series }) => series), ...(range ?? [])];
  const geometry = chartGeometry(all);
  if (!geometry) return null;
  return (
    // Dates, figures and words around them are the page's; only what a line is called is the card's.
    <figure className="chart" lang={calendar.locale}>
      <Legend lines={lines} range={range !== null} />
      <Plot title={title} lines={lines} range={range} geometry={geometry} />
      <FigureTable title={title} all={all} />
    </figure>
  );
}

function Plot({ title, lines, range, geometry }: Required<Props> & { geometry: Geometry }) {
  const { calendar } = useWording();
  const [titleId, descriptionId] = [useId(), useId()];
  const unit = lines[0]?.series.unit ?? "";
  const band = range && between(geometry.paths[range[0].key], geometry.paths[range[1].key]);
  const first = lines[0]?.series.key ?? "";
  return (
    <>
      <div className="chart-plot">
        <div className="chart-ticks" aria-hidden="true">
          {[geometry.top, geometry.top / 2, 0].map((tick) => (
            <span key={tick}>{tick > 0 && <b>{formatFigure(tick, unit, calendar)}</b>}</span>
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
          <desc id={descriptionId}>
            <Description lines={lines} range={range} geometry={geometry} />
          </desc>
          <path className="chart-area" d={band ?? geometry.paths[first]?.area} />
          {lines.toReversed().map(({ series, look }) => (
            <path key={series.key} className={`chart-line-${look}`} d={geometry.paths[series.key]?.line} />
          ))}
        </svg>
      </div>
      <div className="chart-dates" aria-hidden="true">
        <span>{formatDate(geometry.from, calendar)}</span>
        <span>{formatDate(geometry.to, calendar)}</span>
      </div>
    </>
  );
}

function Description({ lines, range, geometry }: Pick<Props, "lines" | "range"> & { geometry: Geometry }) {
  const { words, calendar } = useWording();
  const ends = [...lines.map(({ series }) => series), ...(range ?? [])].map(({ label, points, unit }) =>
    fill(words.card.chart.lineEnds, { label, value: formatFigure(points.at(-1)?.[1] ?? "", unit, calendar) }),
  );
  return fill(words.card.chart.description, {
    from: formatDate(geometry.from, calendar),
    to: formatDate(geometry.to, calendar),
    lines: ends.join("; "),
  });
}

function Legend({ lines, range }: { lines: readonly Line[]; range: boolean }) {
  const { words } = useWording();
  return (
    <figcaption className="chart-legend">
      {lines.map(({ series, look }) => (
        <span key={series.key} className="chart-key">
          <svg viewBox="0 0 28 8" aria-hidden="true" focusable="false">
            <path className={`chart-line-${look}`} d="M0 4H28" />
          </svg>
          <span lang={scriptOf(series.label)}>{series.label}</span>
        </span>
      ))}
      {range && (
        <span className="chart-key">
          <svg viewBox="0 0 28 8" aria-hidden="true" focusable="false">
            <path className="chart-area chart-area-key" d="M0 0H28V8H0Z" />
          </svg>
          {words.card.chart.range}
        </span>
      )}
    </figcaption>
  );
}

function FigureTable({ title, all }: { title: string; all: readonly Series[] }) {
  const { words, calendar } = useWording();
  const columns = all.map(({ key, unit, points }) => ({ key, unit, on: new Map(points) }));
  const dates = [...new Set(all.flatMap(({ points }) => points.map(([date]) => date)))].sort();
  return (
    <div className="sr-only">
      <table>
        <caption>{fill(words.card.chart.table, { title })}</caption>
        <thead>
          <tr>
            <th scope="col">{words.card.chart.date}</th>
            {all.map(({ key, label }) => (
              <th key={key} scope="col" lang={scriptOf(label)}>
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {dates.map((date) => (
            <tr key={date}>
              <th scope="row">{formatDate(date, calendar)}</th>
              {columns.map(({ key, unit, on }) => (
                <td key={key}>{on.has(date) ? formatFigure(on.get(date) ?? "", unit, calendar) : ""}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
