/** Follows a job as docs/events.md says for each client: every event goes to the test as a line of JSON. */

import { fetchEventSource } from "@microsoft/fetch-event-source";
import { EventSource } from "eventsource";
import ReactNativeEventSource from "react-native-sse";

import { createClient } from "../../build/generated/hey-api/client/index";
import { jobEvents } from "../../build/generated/hey-api/sdk.gen";
import { byFetch, byXhr, type Transport, UniLingo } from "../../typescript/src/index";
import { headers, tell, url } from "./common";
import { XMLHttpRequest } from "./xhr";

const TYPES = ["connected", "waiting", "active", "progress", "completed"] as const;
const ENDINGS: string[] = ["completed", "failed", "cancelled"];
const [client = "", path = ""] = process.argv.slice(2);
const address = url + path;

/** `isCareful`: the page closes its source at the end of the job, as it should. */
function eventSource(isCareful: boolean): void {
  const source = new EventSource(address);
  for (const type of TYPES)
    source.addEventListener(type, (event) => {
      tell({ type, id: event.lastEventId });
      if (isCareful && ENDINGS.includes(type)) source.close();
    });
}

function reactNative(isCareful: boolean): void {
  const source = new ReactNativeEventSource<(typeof TYPES)[number]>(address);
  for (const type of TYPES)
    source.addEventListener(type, (event) => {
      tell({ type, id: event.lastEventId });
      if (isCareful && ENDINGS.includes(type)) source.close();
    });
  source.addEventListener("error", (event) => {
    if (!("xhrStatus" in event)) return;
    if (event.xhrStatus === 0) setTimeout(() => source.open(), 2000);
    if (event.xhrStatus >= 400 && event.xhrStatus < 500) source.close();
  });
}

class Refused extends Error {}

async function fetchSource(): Promise<void> {
  const document = { removeEventListener: () => {} };
  Object.assign(globalThis, { window: globalThis, document });
  let hasEnded = false;
  await fetchEventSource(address, {
    openWhenHidden: true,
    onopen: async ({ status }) => {
      if (status >= 400 && status < 500) throw new Refused(`${status}`);
      if (status !== 200) throw new Error(`${status}`);
    },
    onmessage: (event) => {
      tell({ type: event.event, id: event.id });
      hasEnded = ENDINGS.includes(event.event);
    },
    onclose: () => {
      if (!hasEnded) throw new Error("closed before the end");
    },
    onerror: (error) => {
      if (error instanceof Refused) throw error;
    },
  });
}

async function heyApi(): Promise<void> {
  const query = Object.fromEntries(new URL(address).searchParams);
  let lastId = "";
  let isOver = false;
  while (!isOver) {
    const { stream } = await jobEvents({
      client: createClient({ baseUrl: url, headers }),
      query,
      ...(lastId && { headers: { "Last-Event-ID": lastId } }),
      sseMaxRetryAttempts: 3,
      onSseEvent: ({ event, id }) => {
        tell({ type: event, id });
        lastId = id ?? "";
        isOver = ENDINGS.includes(event ?? "");
      },
      // Given up, unless it gets through once more.
      onSseError: () => {
        isOver = true;
      },
    });
    for await (const _ of stream);
  }
}

async function ours(transport: Transport): Promise<void> {
  const unilingo = new UniLingo({ url, userId: headers["user-id"], transport });
  const jobId = new URL(address).searchParams.get("jobId") ?? "";
  for await (const { type, id } of unilingo.watch(jobId)) tell({ type, id });
}

Object.assign(globalThis, { XMLHttpRequest });
const clients: Record<string, () => void | Promise<void>> = {
  eventsource: () => eventSource(true),
  "eventsource, left open": () => eventSource(false),
  "react-native-sse": () => reactNative(true),
  "react-native-sse, left open": () => reactNative(false),
  "fetch-event-source": fetchSource,
  "hey-api": heyApi,
  "typescript/": () => ours(byFetch),
  "typescript/ in React Native": () => ours(byXhr),
};
await clients[client]?.();
// The test ends this process: until then every further request counts.
setInterval(() => {}, 1000);
