/** A job's events: each once and in order, over connections that break. */

import { createParser, type EventSourceMessage } from "eventsource-parser";

import { problemOf, UniLingoError } from "./problem.js";
import type { components } from "./schema.js";

export type JobState = components["schemas"]["JobState"];
type Ending = "completed" | "failed" | "cancelled";
type EventType =
  | "connected" | "waiting" | "active" | "progress" | "partial" | "delayed" | Ending | "heartbeat";

/** docs/events.md says what each type has beside the first three members. */
export interface JobEvent {
  type: EventType;
  id: string;
  data: Pick<JobState, "jobId" | "status" | "progress"> &
    Partial<Omit<JobState, "timestamp">> & { timestamp: string } & Record<string, unknown>;
}

/** Sends a GET and hands over the text of its answer as it comes in. Throws UniLingoError. */
export type Transport = (
  url: string,
  headers: Record<string, string>,
  signal: AbortSignal,
  hear: (text: string) => void,
) => Promise<void>;

const ENDINGS: readonly string[] = ["completed", "failed", "cancelled"] satisfies Ending[];
const PAUSE_MS = 2000;

/** Follows one job to its end. `connect` gives the address and headers for each connection. */
export async function* follow(
  connect: () => Promise<{ url: string; headers: Record<string, string> }>,
  transport: Transport,
  signal: AbortSignal,
): AsyncGenerator<JobEvent> {
  let lastId = "";
  let pause = PAUSE_MS;
  while (!signal.aborted) {
    const { url, headers } = await connect();
    if (signal.aborted) return;
    const resumed = lastId ? { ...headers, "Last-Event-ID": lastId } : headers;
    const told = new Channel<EventSourceMessage>();
    const parser = createParser({ onEvent: told.put, onRetry: (ms) => (pause = ms) });
    const leaving = new AbortController();
    const leave = () => leaving.abort();
    signal.addEventListener("abort", leave, { once: true });
    const accepting = { ...resumed, Accept: "text/event-stream" };
    transport(url, accepting, leaving.signal, parser.feed).then(told.end, told.fail);
    try {
      for await (const { event, id, data } of told) {
        lastId = id ?? lastId;
        yield { type: event as EventType, id: lastId, data: JSON.parse(data) };
        if (ENDINGS.includes(event ?? "")) return;
      }
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof UniLingoError && error.isTransient)) throw error;
    } finally {
      // Also when the caller has left the loop.
      leave();
      signal.removeEventListener("abort", leave);
    }
    await rest(pause, signal);
  }
}

/** What is put in comes out, in order. */
class Channel<T> implements AsyncIterable<T> {
  #items: T[] = [];
  #finish: (() => void) | undefined;
  #wake = () => {};

  put = (item: T): void => {
    this.#items.push(item);
    this.#wake();
  };

  end = (): void => {
    this.#finish = () => {};
    this.#wake();
  };

  fail = (error: unknown): void => {
    this.#finish = () => {
      throw error;
    };
    this.#wake();
  };

  async *[Symbol.asyncIterator](): AsyncGenerator<T> {
    for (;;) {
      while (this.#items.length) yield this.#items.shift() as T;
      if (this.#finish) return this.#finish();
      await new Promise<void>((wake) => (this.#wake = wake));
    }
  }
}

function rest(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    const timer = setTimeout(done, ms);
    signal.addEventListener("abort", () => (clearTimeout(timer), done()), { once: true });
  });
}

/** For browsers and Node. */
export const byFetch: Transport = async (url, headers, signal, hear) => {
  const response = await fetch(url, { headers, signal }).catch(unreachable);
  if (!response.ok) throw problemOf(response.status, await response.text());
  const reader = response.body?.getReader();
  const decoder = new TextDecoder();
  for (;;) {
    const { done, value } = (await reader?.read().catch(unreachable)) ?? { done: true };
    if (done) return;
    hear(decoder.decode(value, { stream: true }));
  }
};

/** For React Native, whose fetch gives an answer only when it is whole. */
export const byXhr: Transport = (url, headers, signal, hear) =>
  new Promise((done, fail) => {
    const request = new XMLHttpRequest();
    let heard = 0;
    const hearMore = () => {
      hear(request.responseText.slice(heard));
      heard = request.responseText.length;
    };
    request.open("GET", url);
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.onreadystatechange = () => {
      if (request.status === 200 && request.readyState === XMLHttpRequest.LOADING)
        hearMore();
    };
    request.onload = () => {
      if (request.status >= 300) return fail(problemOf(request.status, request.responseText));
      hearMore();
      done();
    };
    request.onerror = () => fail(new UniLingoError("No connection.", "UNREACHABLE", 0));
    request.onabort = () => fail(new UniLingoError("Stopped.", "UNREACHABLE", 0));
    signal.addEventListener("abort", () => request.abort(), { once: true });
    request.send();
  });

function unreachable(error: unknown): never {
  throw new UniLingoError(String(error), "UNREACHABLE", 0);
}
