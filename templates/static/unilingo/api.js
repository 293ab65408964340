// Talking to the API: who we are, and errors as the server words them.

const AWAY = "The server could not be reached. What you typed stays here; please try again.";

export const isTrusted = "trusted" in document.body.dataset;
export const mayAsk = "mayAsk" in document.body.dataset;

/** What the server answered instead of doing as asked. `fields` maps names of inputs to what is wrong with them. */
export class Problem extends Error {
  constructor(response, body) {
    super(body.error ?? (response ? "The server could not answer. Please try again." : AWAY));
    this.status = response?.status ?? 0;
    this.retryAfter = Number(response?.headers.get("Retry-After")) || 0;
    this.code = body.code ?? "";
    this.fields = body.details?.fields ?? {};
  }
}

export const get = (path) => send(path, {});

export const post = (path, body) => sendJson("POST", path, body);

export const put = (path, body) => sendJson("PUT", path, body);

export const patch = (path, body) => sendJson("PATCH", path, body);

export const remove = (path) => send(path, { method: "DELETE" });

/** `form` is a FormData, with files. */
export const postForm = (path, form) => send(path, { method: "POST", body: form });

const sendJson = (method, path, body) =>
  send(path, { method, body: JSON.stringify(body), headers: { "Content-Type": "application/json" } });

export async function send(path, options) {
  const response = await ask(path, options);
  const body = await response?.json().catch(() => null);
  if (!response?.ok || !body) throw new Problem(response, body ?? {});
  return body;
}

/** Download a file under the name that the server gives it. A plain link could not say who asks. */
export async function save(path) {
  const response = await ask(path, {});
  if (!response?.ok) throw new Problem(response, (await response?.json().catch(() => null)) ?? {});
  const name = response.headers.get("Content-Disposition")?.match(/filename="(.+)"/)?.[1] ?? "cards";
  download(await response.blob(), name);
}

export function download(blob, name) {
  const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(blob), download: name });
  link.click();
  URL.revokeObjectURL(link.href);
}

// How far the server's clock is ahead of this device's, in milliseconds.
let ahead = 0;

/** The moment by the server's clock, which tells seconds only: a device whose clock is about right keeps its own. */
export const now = () => new Date(Date.now() + (Math.abs(ahead) > 5000 ? ahead : 0));

async function ask(path, options) {
  const headers = { ...options.headers, "X-CSRFToken": cookie("csrftoken") };
  if (isTrusted) headers["user-id"] = demoUser();
  const response = await fetch(path, { ...options, headers }).catch(() => null);
  const told = Date.parse(response?.headers.get("Date") ?? "");
  if (told) ahead = told - Date.now();
  return response;
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
