"use client";
/** What somebody new does first, with the next step in front of them. */
import Link from "next/link";
import { EmptyCard } from "./EmptyCard";
import { Icon } from "./icons";
import { useWording } from "./Wording";

const STEPS = ["import", "goals", "run", "act"] as const;

export function FirstSteps({ hasPortfolio }: { hasPortfolio: boolean }) {
  const { hub } = useWording().words;
  const next = hasPortfolio ? "run" : "import";
  return (
    <EmptyCard
      title={hasPortfolio ? hub.emptyTitle : hub.newTitle}
      lead={hasPortfolio ? hub.emptyLead : hub.newLead}
    >
      {!hasPortfolio && (
        <Link className="button primary" href="/import">
          <Icon name="upload" />
          {hub.importButton}
        </Link>
      )}
      <ol className="steps" aria-label={hub.stepsLabel}>
        {STEPS.map((step) => (
          <li key={step} aria-current={step === next ? "step" : undefined}>
            {step === "goals" ? <Link href="/goals">{hub.steps[step]}</Link> : hub.steps[step]}
            {step === "import" && hasPortfolio && (
              <span className="step-done">
                <Icon name="check" />
                <span className="sr-only">{hub.stepDone}</span>
              </span>
            )}
          </li>
        ))}
      </ol>
    </EmptyCard>
  );
}
