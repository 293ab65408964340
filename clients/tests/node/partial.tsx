/** What the hook has of a job whose cards come in by parts: a line for each event. */

import { useEffect } from "react";
import { create } from "react-test-renderer";

import type { JobEvent } from "../../typescript/src/index";
import { useJob } from "../../typescript/src/react";
import { pause, tell } from "./common";

const events = JSON.parse(process.env.UNILINGO_EVENTS ?? "") as JobEvent[];
const client = {
  async *watch() {
    for (const event of events) {
      yield event;
      await pause(20);
    }
  },
};

function Fronts() {
  const { job, partial, error } = useJob(client, "one");
  const fronts = (partial.flashcards ?? []).map(({ front }) => front);
  const words = [job?.status, ...fronts, error?.message].join(" ").trim();
  useEffect(() => tell(words), [words]);
  return null;
}

create(<Fronts />);
