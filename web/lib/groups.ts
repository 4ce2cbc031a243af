/** How the Hub sorts its cards: what is current, by goal where there are goals, else by subject. */
import type { Goal, Insight } from "./insight";

export type GroupName = "portfolio" | "goals" | "allocation" | "discipline" | "other" | "funds" | "data";

export interface Group {
  readonly key: string;
  readonly name: GroupName;
  /** The goal's own name; without one the group is called by its subject. */
  readonly goal: string | null;
  readonly insights: readonly Insight[];
}

const ORDER: readonly GroupName[] = ["portfolio", "goals", "allocation", "discipline", "other", "funds", "data"];

/** Cards of one fund and cards about the data have places of their own among those of their agent. */
const BY_KIND: Readonly<Record<string, GroupName>> = { scheme: "funds", set_aside: "data" };

const BY_AGENT: Readonly<Record<string, GroupName>> = {
  performance: "portfolio",
  goals: "goals",
  allocation: "allocation",
  discipline: "discipline",
};

/** The group of an insight, by its kind or the agent that its topic names; one this page does not know has a place too. */
export function groupOf({ kind, topicKey }: Pick<Insight, "kind" | "topicKey">): GroupName {
  const agent = topicKey.split(":")[0] ?? "";
  const find = (table: Readonly<Record<string, GroupName>>, key: string) =>
    Object.hasOwn(table, key) ? table[key] : undefined;
  return find(BY_KIND, kind) ?? find(BY_AGENT, agent) ?? "other";
}

/** The groups that a reader may ask for; what has no place in these is found among everything. */
export const GROUPS = ["portfolio", "goals", "allocation", "discipline", "funds", "data"] as const;

/** A group as the service is asked for it: the other way around of `groupOf`. */
export function groupQuery(group: GroupName): readonly (readonly [string, string])[] {
  const named = (table: Readonly<Record<string, GroupName>>): string[] =>
    Object.keys(table).filter((name) => table[name] === group);
  const kinds = named(BY_KIND).map((kind) => ["kind", kind] as const);
  if (kinds.length > 0) return kinds;
  const agents = named(BY_AGENT).map((agent) => ["agent", agent] as const);
  return [...agents, ...Object.keys(BY_KIND).map((kind) => ["not_kind", kind] as const)];
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
    const goal = goalOf(insight);
    const name = goal ? "goals" : groupOf(insight);
    const key = goal ? `goal-${goal.id}` : name;
    const before = groups.get(key)?.insights ?? [];
    groups.set(key, { key, name, goal: goal?.name ?? null, insights: [...before, insight] });
  }
  return [...groups.values()].sort((a, b) => ORDER.indexOf(a.name) - ORDER.indexOf(b.name)).map(portfolioFirst);
}

/** The goal a card is about: as its data says, or as its own facts name it. */
function goalOf({ goal, topicKey, facts }: Insight): Goal | null {
  if (goal) return goal;
  const name = facts.find(({ key, value }) => key === "goal_name" && value)?.text;
  return name ? { id: topicKey, name } : null;
}

function portfolioFirst(group: Group): Group {
  if (group.name !== "portfolio") return group;
  const first = ({ kind }: Insight): number => (kind === "portfolio" ? 0 : 1);
  return { ...group, insights: group.insights.toSorted((a, b) => first(a) - first(b)) };
}
