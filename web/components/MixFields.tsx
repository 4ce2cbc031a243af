"use client";
/** The mix of asset classes that a person wants: all of it, or none said. */
import { fill } from "@/lib/fill";
import { formatPercent } from "@/lib/format";
import { MIX_SHARE } from "@/lib/goal-fields";
import { CLASSES, mixSum, type Plan } from "@/lib/plan";
import { Field } from "./Field";
import { useWording } from "./Wording";

interface Props {
  readonly mix: Plan["mix"];
  readonly onChange: (mix: Plan["mix"]) => void;
}

export function MixFields({ mix, onChange }: Props) {
  const { words, calendar } = useWording();
  const sum = mixSum(mix);
  return (
    <fieldset className="card form">
      <legend className="sr-only">{words.goals.mix}</legend>
      <h2 aria-hidden="true">{words.goals.mix}</h2>
      <p className="muted">{words.goals.mixHelp}</p>
      <div className="filters">
        {CLASSES.map((name) => (
          <Field
            key={name}
            label={words.card.classes[name]}
            value={mix[name] ?? ""}
            rule={MIX_SHARE}
            checked
            onChange={(share) => onChange({ ...mix, [name]: share })}
          />
        ))}
      </div>
      <p role="status" className={mixIsWhole(mix) ? "muted" : "form-error"}>
        {fill(words.goals.sum, { sum: formatPercent(sum, calendar) })}
      </p>
    </fieldset>
  );
}

export function mixIsWhole(mix: Plan["mix"]): boolean {
  const sum = mixSum(mix);
  return sum === 0 || sum === 100;
}
