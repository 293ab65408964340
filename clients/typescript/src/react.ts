/** A job as the state of a React or React Native component. */

import { useEffect, useState } from "react";

import type { JobEvent, Schemas, UniLingo } from "./index.js";
import { failureOf } from "./problem.js";

type Flashcard = Schemas["Flashcard"];

interface Partial {
  flashcards?: Flashcard[];
}

/** `job`: the newest that is known. `partial`: the cards that are finished, while others are made. `error`: why there is no result. */
export interface Followed {
  job?: JobEvent["data"];
  partial: Partial;
  error?: Error;
}

const NOTHING: Followed = { partial: {} };

/** Follows a job for as long as the component is there; null follows none. */
export function useJob(client: Pick<UniLingo, "watch">, jobId: string | null): Followed {
  const [followed, setFollowed] = useState(NOTHING);
  useEffect(() => {
    setFollowed(NOTHING);
    if (jobId === null) return;
    const leaving = new AbortController();
    void (async () => {
      try {
        for await (const event of client.watch(jobId, leaving.signal))
          if (!leaving.signal.aborted) setFollowed((before) => after(before, event));
      } catch (error) {
        if (!leaving.signal.aborted)
          setFollowed((before) => ({ ...before, error: error as Error }));
      }
    })();
    return () => leaving.abort();
  }, [client, jobId]);
  return followed;
}

function after(before: Followed, { type, data }: JobEvent): Followed {
  const { flashcards, from, ...rest } = data;
  const job = type === "connected" ? data : { ...before.job, ...rest };
  const followed = { job, partial: before.partial, error: failureOf(job) };
  if (type === "connected") return { ...followed, partial: (data.partial as Partial) ?? before.partial };
  if (type !== "partial") return followed;
  const kept = before.partial.flashcards?.slice(0, Number(from)) ?? [];
  return { ...followed, partial: { flashcards: [...kept, ...(flashcards as Flashcard[])] } };
}
