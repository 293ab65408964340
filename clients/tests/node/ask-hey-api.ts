import { createClient } from "../../build/generated/hey-api/client/index";
import { generateFlashcards, jobStatus } from "../../build/generated/hey-api/sdk.gen";
import { asked, headers, pause, tell, url } from "./common";

const client = createClient({ baseUrl: url, headers });
const body = { ...asked, dryRun: true };
const priced = await generateFlashcards({ client, body, throwOnError: true });
if (!("estimatedCost" in priced.data)) throw new Error("no price");
const accepted = await generateFlashcards({ client, body: asked, throwOnError: true });
if (!("jobId" in accepted.data)) throw new Error("no job");
const path = { job_id: accepted.data.jobId };
for (;;) {
  const { data } = await jobStatus({ client, path, throwOnError: true });
  if (data.result) {
    tell(data.result);
    break;
  }
  await pause(200);
}
