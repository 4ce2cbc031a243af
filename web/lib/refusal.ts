/** Thrown inside a route handler to answer with a problem; the one way a handler says no. */
import type { ProblemCode } from "./problem";

export class Refusal extends Error {
  constructor(
    readonly code: ProblemCode,
    options?: ErrorOptions,
  ) {
    super(code, options);
    this.name = "Refusal";
  }
}
