// Talking to the API: who we are, and errors as the server words them.

export const isTrusted = "trusted" in document.body.dataset;
export const mayAsk = "mayAsk" in document.body.dataset;

/** What the server answered instead of doing as asked. `fields` maps names of inputs to what is wrong with them. */
export class Problem extends Error {
  constructor(status, body) {
    super(body.error ?? "The server could not be reached. Please try again.");
    this.status = status;
    this.code = body.code ?? "";
    this.fields = body.details?.fields ?? {};
  }
}

export const get = (path) => call(path, {});

export const post = (path, body) =>
  call(path, { method: "POST", body: JSON.stringify(body), headers: { "Content-Type": "application/json" } });

async function call(path, options) {
  const headers = { ...options.headers, "X-CSRFToken": cookie("csrftoken") };
  if (isTrusted) headers["user-id"] = demoUser();
  const response = await fetch(path, { ...options, headers }).catch(() => null);
  const body = await response?.json().catch(() => null);
  if (!response?.ok || !body) throw new Problem(response?.status ?? 0, body ?? {});
  return body;
}

/** In trusted mode a browser is its own user, named once. */
export function demoUser() {
  const known = localStorage.getItem("unilingo.user");
  if (known) return known;
  const made = `demo-${Array.from(crypto.getRandomValues(new Uint8Array(5)), (n) => n.toString(16).padStart(2, "0")).join("")}`;
  localStorage.setItem("unilingo.user", made);
  return made;
}

function cookie(name) {
  const found = document.cookie.split("; ").find((pair) => pair.startsWith(`${name}=`));
  return found ? decodeURIComponent(found.slice(name.length + 1)) : "";
}
