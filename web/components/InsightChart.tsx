/** The picture that goes with an insight, chosen by what it brings: a drift, a projection, or a value over time. */
import { driftBars } from "@/lib/drift";
import { fill } from "@/lib/fill";
import type { Insight, Series } from "@/lib/insight";
import { DriftChart } from "./DriftChart";
import { type Line, LineChart, type Look } from "./LineChart";
import { useWording } from "./Wording";

export function InsightChart({ insight: { facts, series } }: { insight: Pick<Insight, "facts" | "series"> }) {
  const { chart } = useWording().words.card;
  const find = (key: string): Series | undefined => series.find((line) => line.key === key);
  const bars = driftBars(facts);
  if (bars.length > 0) return <DriftChart bars={bars} />;
  const [projection, target] = [find("projection"), find("target")];
  if (projection) {
    const [low, high] = [find("projection_low"), find("projection_high")];
    const range = low && high ? ([low, high] as const) : null;
    return <LineChart title={chart.projection} lines={[look(projection, "value"), ...(target ? [look(target, "invested")] : [])]} range={range} />;
  }
  const [value, invested] = [find("value"), find("invested")];
  if (!value || !invested) return null;
  const title = fill(chart.against, { value: value.label, invested: invested.label });
  return <LineChart title={title} lines={[look(value, "value"), look(invested, "invested")]} />;
}

function look(series: Series, name: Look): Line {
  return { series, look: name };
}
