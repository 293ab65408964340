import createClient from "openapi-fetch";

import type { paths } from "../../build/generated/openapi-typescript";
import { asked, headers, pause, tell, url } from "./common";

const client = createClient<paths>({ baseUrl: url, headers });
const body = { ...asked, dryRun: true };
const priced = await client.POST("/api/ai/generate-flashcards", { body });
if (!priced.data || !("estimatedCost" in priced.data)) throw new Error("no price");
const accepted = await client.POST("/api/ai/generate-flashcards", { body: asked });
if (!accepted.data) throw new Error(accepted.error.code);
if (!("jobId" in accepted.data)) throw new Error("no job");
const path = { job_id: accepted.data.jobId };
for (;;) {
  const { data, error } = await client.GET("/api/job-status/{job_id}", { params: { path } });
  if (!data) throw new Error(error?.code);
  if (data.result) {
    tell(data.result);
    break;
  }
  await pause(200);
}
