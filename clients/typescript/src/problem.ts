/** What went wrong, as docs/errors.md lists it. */

import type { components } from "./schema.js";

export type ProblemBody = components["schemas"]["Problem"];
export type Code = ProblemBody["code"] | "UNREACHABLE";

export class UniLingoError extends Error {
  constructor(
    message: string,
    readonly code: Code,
    readonly status: number,
    readonly details?: ProblemBody["details"],
    readonly requestId?: string,
  ) {
    super(message);
    this.name = "UniLingoError";
  }

  /** Whether the same request may succeed a little later. */
  get isTransient(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

type Ended = Pick<components["schemas"]["JobState"], "status" | "error" | "code">;

/** Why a job has ended without a result; undefined while it has not. */
export function failureOf({ status, error, code }: Ended): UniLingoError | undefined {
  if (status === "failed")
    return new UniLingoError(error ?? "", (code ?? "INTERNAL_ERROR") as Code, 200);
  if (status === "cancelled") return new UniLingoError("Cancelled.", "JOB_CANCELLED", 200);
  return undefined;
}

/** The error of an answer; what is no answer of UniLingo's, a proxy's page perhaps, is told by its status. */
export function problemOf(status: number, text: string): UniLingoError {
  try {
    const body = JSON.parse(text) as ProblemBody;
    return new UniLingoError(body.error, body.code, status, body.details, body.requestId);
  } catch {
    return new UniLingoError(`The server answered ${status}.`, "UNREACHABLE", status);
  }
}
