/** How the Hub sorts its cards: what is current, by goal where there are goals, else by subject. */
import type { Insight } from "./insight";

export type GroupName = "portfolio" | "goals" | "allocation" | "discipline" | "other" | "funds" | "data";

export interface Group {
  readonly key: string;
  readonly name: GroupName;
  /** The goal's own name; without one the group is called by its subject. */
  readonly goal: string | null;
  readonly insights: readonly Insight[];
}

const ORDER: readonly GroupName[] = ["portfolio", "goals", "allocation", "discipline", "other", "funds", "data"];

const SUBJECTS: readonly (readonly [start: string, name: GroupName])[] = [
  ["portfolio", "portfolio"],
  ["contributors", "portfolio"],
  ["scheme", "funds"],
  ["set_aside", "data"],
  ["goal", "goals"],
  ["allocation", "allocation"],
  ["drift", "allocation"],
  ["concentration", "allocation"],
  ["regular", "allocation"],
  ["discipline", "discipline"],
  ["sip", "discipline"],
];

/** The group of a kind of insight; a kind this page does not know has a place too. */
export function groupOf(kind: string): GroupName {
  return SUBJECTS.find(([start]) => kind.startsWith(start))?.[1] ?? "other";
}

/** The newest insight of each topic; `insights` come newest first. */
export function current(insights: readonly Insight[]): Insight[] {
  const seen = new Set<string>();
  return insights.filter(({ id, topicKey }) => {
    const topic = topicKey || id;
    return !seen.has(topic) && seen.add(topic);
  });
}

/** The groups in reading order; cards of one group stay in the order they came. */
export function grouped(insights: readonly Insight[]): Group[] {
  const groups = new Map<string, Group>();
  for (const insight of insights) {
    const name = insight.goal ? "goals" : groupOf(insight.kind);
    const key = insight.goal ? `goal-${insight.goal.id}` : name;
    const before = groups.get(key)?.insights ?? [];
    groups.set(key, { key, name, goal: insight.goal?.name || null, insights: [...before, insight] });
  }
  return [...groups.values()].sort((a, b) => ORDER.indexOf(a.name) - ORDER.indexOf(b.name)).map(portfolioFirst);
}

function portfolioFirst(group: Group): Group {
  if (group.name !== "portfolio") return group;
  const first = ({ kind }: Insight): number => (kind === "portfolio" ? 0 : 1);
  return { ...group, insights: group.insights.toSorted((a, b) => first(a) - first(b)) };
}
