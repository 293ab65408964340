/** Renders the component of the README until a job has ended: each thing that it shows is a line for the test. */

import { act, create, type ReactTestRenderer } from "react-test-renderer";

import { byXhr, UniLingo } from "../../typescript/src/index";
import { Cards } from "../../build/examples/react";
import { asked, headers, pause, tell, url } from "./common";
import { XMLHttpRequest } from "./xhr";

Object.assign(globalThis, { XMLHttpRequest, IS_REACT_ACT_ENVIRONMENT: true });
const unilingo = new UniLingo({ url, userId: headers["user-id"], transport: byXhr });
const { jobId } = await unilingo.flashcards(asked);
let shown!: ReactTestRenderer;
act(() => {
  shown = create(<Cards unilingo={unilingo} jobId={jobId} />);
});
const words = () => shown.root.findByType("p").children.join("");
let last = words();
tell(last);
while (last.endsWith("%")) {
  await act(() => pause(50));
  if (words() !== last) tell(words());
  last = words();
}
act(() => shown.unmount());
// React's act has opened a MessageChannel, which keeps Node running.
process.exit();
