/** Where a chart's lines run: pure geometry from dates and exact decimal texts to a unit box. */
import type { Series } from "./insight";

export const WIDTH = 1000;
export const HEIGHT = 400;

export interface Path {
  readonly line: string;
  readonly area: string;
}

export interface Geometry {
  /** The axis from zero: its top is a round figure at or above every point. */
  readonly top: number;
  readonly from: string;
  readonly to: string;
  /** For each series, its line and the area below it, as SVG path data. */
  readonly paths: Readonly<Record<string, Path>>;
}

type Points = Series["points"];
type Place = (text: string) => string;

const ROUND = [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10];

/** The smallest round figure that is not below `value`; its half is round too. */
export function roundUp(value: number): number {
  if (!(value > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  const step = ROUND.find((factor) => factor * power >= value) ?? 10;
  return step * power;
}

/** Null when there is no line to draw: fewer than two dates, or a point that is no number. */
export function chartGeometry(series: readonly Series[]): Geometry | null {
  const points = series.flatMap((line) => line.points);
  const values = points.map(([, value]) => Number(value));
  const times = points.map(([date]) => Date.parse(date));
  if (![...values, ...times].every(Number.isFinite)) return null;
  if (series.some((line) => line.points.length === 0)) return null;
  const [start, end] = [Math.min(...times), Math.max(...times)];
  if (!(end > start)) return null;
  const top = roundUp(Math.max(...values));
  const x = (date: string): string => (((Date.parse(date) - start) / (end - start)) * WIDTH).toFixed(1);
  const y = (value: string): string => (HEIGHT - (Math.max(0, Number(value)) / top) * HEIGHT).toFixed(1);
  const paths = Object.fromEntries(series.map(({ key, points: own }) => [key, pathOf(own, x, y)]));
  const dates = points.map(([date]) => date).sort();
  return { top, from: dates[0] ?? "", to: dates.at(-1) ?? "", paths };
}

function pathOf(points: Points, x: Place, y: Place): Path {
  const line = `M${points.map(([date, value]) => `${x(date)},${y(value)}`).join("L")}`;
  const [first, last] = [points[0]?.[0] ?? "", points.at(-1)?.[0] ?? ""];
  return { line, area: `${line}L${x(last)},${HEIGHT}L${x(first)},${HEIGHT}Z` };
}

/** The area between two lines of one chart. */
export function between(low: Path | undefined, high: Path | undefined): string | null {
  if (!low || !high) return null;
  return `${high.line}L${low.line.slice(1).split("L").toReversed().join("L")}Z`;
}
