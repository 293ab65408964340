import { Api } from "../../build/generated/swagger-typescript-api/api";
import { asked, headers, pause, tell, url } from "./common";

const { api } = new Api({ baseUrl: url, baseApiParams: { headers } });
const accepted = await api.generateFlashcards(asked);
for (;;) {
  const { data } = await api.jobStatus(accepted.data.jobId);
  if (data.result) {
    tell(data.result);
    break;
  }
  await pause(200);
}
