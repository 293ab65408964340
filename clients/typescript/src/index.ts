/** UniLingo's API for TypeScript: every endpoint with its types, files, and jobs followed to their end. */

import createClient, { type Client } from "openapi-fetch";

import { failureOf, problemOf, UniLingoError } from "./problem.js";
import type { components, operations, paths } from "./schema.js";
import { byFetch, byXhr, follow, type JobEvent, type JobState, type Transport } from "./streams.js";

export { byFetch, byXhr, UniLingoError, type JobEvent, type JobState, type Transport };
export type Schemas = components["schemas"];

/** What an answer to a request for work has in any case: done before, its `status` is completed. */
export type Job = Pick<Schemas["Accepted"], "jobId" | "status">;
type Form<Name extends keyof operations> = operations[Name] extends {
  requestBody: { content: { "multipart/form-data": infer Fields } };
}
  ? Fields
  : never;
/** A file: a Blob, or in React Native what a picker gives. */
export type Upload = Blob | { uri: string; name: string; type: string };
type Fields<F, Files extends keyof F> = Omit<F, Files | "userId"> & {
  [Name in Files]: F[Name] extends unknown[] | undefined ? Upload[] : Upload;
};

export interface Options {
  /** Where UniLingo is, without a path. */
  url: string;
  /** A token, or what gets one that is still good; asked before each request. */
  token?: string | (() => string | Promise<string>);
  /** In place of a token, for a server in development. */
  userId?: string;
  transport?: Transport;
}

export class UniLingo {
  /** Every endpoint by its path, with the types of what goes in and comes out. */
  readonly api: Client<paths>;
  readonly #options: Options;
  readonly #transport: Transport;

  constructor(options: Options) {
    this.#options = options;
    this.#transport = options.transport ?? (isReactNative() ? byXhr : byFetch);
    this.api = createClient<paths>({ baseUrl: options.url });
    this.api.use({
      onRequest: async ({ request }) => {
        for (const [name, value] of Object.entries(await this.#headers()))
          request.headers.set(name, value);
      },
      onResponse: async ({ response }) => {
        if (response.status >= 400) throw problemOf(response.status, await response.text());
      },
    });
  }

  async flashcards(asked: Omit<Schemas["FlashcardsRequest"], "userId">): Promise<Job> {
    const { data } = await this.api.POST("/api/ai/generate-flashcards", { body: asked });
    return data as Job;
  }

  async lesson(asked: Omit<Schemas["LessonRequest"], "userId">): Promise<Job> {
    const { data } = await this.api.POST("/api/ai/generate-lesson", { body: asked });
    return data as Job;
  }

  readDocument(form: Fields<Form<"process_document">, "document">): Promise<Job> {
    return this.#send("/api/process-document", form);
  }

  readImages(form: Fields<Form<"process_image">, "images">): Promise<Job> {
    return this.#send("/api/process-image", form);
  }

  assess(form: Fields<Form<"pronunciation_assess">, "audio">): Promise<Job> {
    return this.#send("/api/pronunciation-assess", form);
  }

  /** What happens to a job, until it has ended or `signal` says stop. */
  watch(jobId: string, signal = new AbortController().signal): AsyncGenerator<JobEvent> {
    const url = `${this.#options.url}/api/job-events?jobId=${encodeURIComponent(jobId)}`;
    const connect = async () => ({ url, headers: await this.#headers() });
    return follow(connect, this.#transport, signal);
  }

  /** The job once it has completed. Throws UniLingoError when it has failed or was cancelled. */
  async finished(jobId: string, signal?: AbortSignal): Promise<JobState> {
    for await (const _ of this.watch(jobId, signal));
    const path = { job_id: jobId };
    const { data } = await this.api.GET("/api/job-status/{job_id}", { params: { path } });
    const job = data as JobState;
    const failure = failureOf(job);
    if (failure) throw failure;
    return job;
  }

  async #send(path: string, form: object): Promise<Job> {
    const body = new FormData();
    for (const [name, value] of Object.entries(form))
      for (const one of Array.isArray(value) ? value : [value])
        body.append(name, typeof one === "object" ? one : String(one));
    const headers = await this.#headers();
    const response = await fetch(this.#options.url + path, { method: "POST", headers, body });
    if (!response.ok) throw problemOf(response.status, await response.text());
    return (await response.json()) as Job;
  }

  async #headers(): Promise<Record<string, string>> {
    const { token, userId } = this.#options;
    const now = typeof token === "function" ? await token() : token;
    if (now) return { Authorization: `Bearer ${now}` };
    return userId ? { "user-id": userId } : {};
  }
}

function isReactNative(): boolean {
  return typeof navigator !== "undefined" && navigator.product === "ReactNative";
}
