import { Api } from "../../build/generated/swagger-typescript-api/api";
import { asked, headers, pause, tell, url } from "./common";

const { api } = new Api({ baseUrl: url, baseApiParams: { headers } });
const priced = await api.generateFlashcards({ ...asked, dryRun: true });
if (!("estimatedCost" in priced.data)) throw new Error("no price");
const accepted = await api.generateFlashcards(asked);
if (!("jobId" in accepted.data)) throw new Error("no job");
for (;;) {
  const { data } = await api.jobStatus(accepted.data.jobId);
  if (data.result) {
    tell(data.result);
    break;
  }
  await pause(200);
}
