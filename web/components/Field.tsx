"use client";
/** A labelled input that says what is wrong with it, in the reader's language, once it was tried. */
import { type InputHTMLAttributes, useId } from "react";
import { fill } from "@/lib/fill";
import { formatCount } from "@/lib/format";
import type { Rule } from "@/lib/goal-fields";
import { type Fault, faultOf } from "@/lib/plan-check";
import { useWording } from "./Wording";

type Native = Pick<InputHTMLAttributes<HTMLInputElement>, "maxLength" | "list">;

interface Props extends Native {
  readonly label: string;
  readonly value: string;
  readonly rule: Rule;
  /** Whether to say what is wrong: not before the reader was done. */
  readonly checked: boolean;
  readonly onChange: (value: string) => void;
  readonly hiddenLabel?: boolean;
}

export function Field({ label, value, rule, checked, onChange, hiddenLabel = false, ...native }: Props) {
  const id = useId();
  const fault = checked ? faultOf(value, rule) : null;
  const number = rule.kind === "number" || rule.kind === "whole";
  return (
    <div className="field">
      <label htmlFor={id} className={hiddenLabel ? "sr-only" : undefined}>
        {label}
      </label>
      <input
        {...native}
        id={id}
        type={rule.kind === "date" ? "date" : "text"}
        inputMode={number ? "decimal" : undefined}
        autoComplete="off"
        required={rule.required}
        value={value}
        aria-invalid={fault ? true : undefined}
        aria-describedby={fault ? `${id}-fault` : undefined}
        onChange={(event) => onChange(event.target.value)}
      />
      {fault && (
        <p id={`${id}-fault`} className="form-error">
          <FaultText fault={fault} />
        </p>
      )}
    </div>
  );
}

function FaultText({ fault: { code, min, max } }: { fault: Fault }) {
  const { words, calendar } = useWording();
  const number = (limit: number | undefined): string =>
    limit === undefined ? "" : formatCount(limit, calendar);
  return fill(words.goals.faults[code], { min: number(min), max: number(max) });
}
