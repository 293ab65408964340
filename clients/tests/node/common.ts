/** What every script here is told by its test: where the program is, and who asks. */

export const url = process.env.UNILINGO_URL ?? "";
export const headers = { "user-id": process.env.UNILINGO_USER ?? "" };
export const asked = {
  content: process.env.UNILINGO_TEXT ?? "",
  subject: "Biology",
  topic: "Cells",
};

/** A line of JSON for the test. */
export function tell(what: unknown): void {
  process.stdout.write(JSON.stringify(what) + "\n");
}

export const pause = (ms: number) => new Promise<void>((done) => setTimeout(done, ms));
