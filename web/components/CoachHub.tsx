"use client";
/** The Coach Hub's live part: the run beside the insights, which grow as the run speaks. */
import Link from "next/link";
import { useCoachRun } from "@/hooks/useCoachRun";
import { current, type Group, grouped } from "@/lib/groups";
import { type Insight, mergeInsights } from "@/lib/insight";
import { FirstSteps } from "./FirstSteps";
import { InsightCard } from "./InsightCard";
import { LoadError } from "./LoadError";
import { RunPanel } from "./RunPanel";
import { useWording } from "./Wording";

/** More cards than fit on a few screens: what goes well is then told by its title, until it is opened. */
const MANY = 10;
const GOES_WELL = new Set(["good", "info"]);

interface Props {
  /** The newest insights as the server read them, or null when it could not. */
  readonly saved: readonly Insight[] | null;
  /** The run that was under way when the page was made. */
  readonly activeSessionId: string | null;
  readonly hasPortfolio: boolean;
}

export function CoachHub({ saved, activeSessionId, hasPortfolio }: Props) {
  const { words } = useWording();
  const coach = useCoachRun(activeSessionId);
  const { insights: live, drafts } = coach.state;
  const known = new Set(saved?.map(({ id }) => id));
  const groups = grouped(current(mergeInsights(saved ?? [], live)));
  const crowded = groups.flatMap(({ insights }) => insights).length > MANY;
  const empty = groups.length === 0 && Object.keys(drafts).length === 0;
  const said = (
    <div key="said" className="insights">
      {saved === null && <LoadError />}
      {empty && saved !== null && <FirstSteps hasPortfolio={hasPortfolio} />}
      {Object.entries(drafts).map(([key, text]) => (
        <Draft key={key} text={text} />
      ))}
      {groups.map((group) => (
        <InsightGroup key={group.key} group={group} known={known} crowded={crowded} />
      ))}
      {groups.length > 0 && (
        <p className="onward">
          <Link href="/history">{words.history.title}</Link>
        </p>
      )}
    </div>
  );
  const panel = (
    <div key="run" className="aside">
      <RunPanel {...coach} />
      {crowded && <Contents groups={groups} />}
    </div>
  );
  // Somebody without transactions has another first step than to run the coach.
  return (
    <div className="hub" data-new={hasPortfolio ? undefined : true}>
      {hasPortfolio ? [panel, said] : [said, panel]}
    </div>
  );
}

interface GroupProps {
  readonly group: Group;
  readonly known: ReadonlySet<string>;
  readonly crowded: boolean;
}

function InsightGroup({ group, known, crowded }: GroupProps) {
  const title = useTitle();
  const folds = ({ kind, severity }: Insight): boolean =>
    group.name === "funds" || (crowded && kind !== "portfolio" && GOES_WELL.has(severity));
  return (
    <section className="insights" aria-labelledby={titleId(group)}>
      <h2 id={titleId(group)}>{title(group)}</h2>
      <div className={group.name === "funds" ? "folds" : "insights"}>
        {group.insights.map((insight) => (
          <InsightCard key={insight.id} insight={insight} fresh={!known.has(insight.id)} compact={folds(insight)} />
        ))}
      </div>
    </section>
  );
}

/** The way to each part of a long page. */
function Contents({ groups }: { groups: readonly Group[] }) {
  const { words } = useWording();
  const title = useTitle();
  return (
    <nav className="card contents" aria-label={words.hub.contents}>
      <ul>
        {groups.map((group) => (
          <li key={group.key}>
            <a href={`#${titleId(group)}`}>{title(group)}</a>
          </li>
        ))}
      </ul>
    </nav>
  );
}

const titleId = ({ key }: Group): string => `group-${key}`;

function useTitle(): (group: Group) => string {
  const { words } = useWording();
  return ({ goal, name }) => goal ?? words.hub.groups[name];
}

function Draft({ text }: { text: string }) {
  const { words } = useWording();
  return (
    <article className="card insight" aria-busy="true" aria-label={words.hub.run.writing}>
      <p className="prose">{text}</p>
    </article>
  );
}
