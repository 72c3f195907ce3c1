/** Fields, elements and texts that one evaluation may look at. */
const MOST_STEPS = 10_000;

/** How much the evaluation that is running may still do. It never waits, so there is one. */
let steps_left = 0;

export function withStepLimit<Result>(evaluate: () => Result): Result {
  steps_left = MOST_STEPS;
  return evaluate();
}

export function spend(steps: number): void {
  steps_left -= steps;
  if (steps_left < 0) throw new Error(`it looks at too much (more than ${MOST_STEPS} steps)`);
}

export const LONGEST_TEXT = 100_000;
