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

export const get = (path) => send(path, {});

export const post = (path, body) =>
  send(path, { method: "POST", body: JSON.stringify(body), headers: { "Content-Type": "application/json" } });

/** `form` is a FormData, with files. */
export const postForm = (path, form) => send(path, { method: "POST", body: form });

export async function send(path, options) {
  const response = await ask(path, options);
  const body = await response?.json().catch(() => null);
  if (!response?.ok || !body) throw new Problem(response?.status ?? 0, body ?? {});
  return body;
}

/** Download a file under the name that the server gives it. A plain link could not say who asks. */
export async function save(path) {
  const response = await ask(path, {});
  if (!response?.ok) throw new Problem(response?.status ?? 0, (await response?.json().catch(() => null)) ?? {});
  const name = response.headers.get("Content-Disposition")?.match(/filename="(.+)"/)?.[1] ?? "cards";
  const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(await response.blob()), download: name });
  link.click();
  URL.revokeObjectURL(link.href);
}

function ask(path, options) {
  const headers = { ...options.headers, "X-CSRFToken": cookie("csrftoken") };
  if (isTrusted) headers["user-id"] = demoUser();
  return fetch(path, { ...options, headers }).catch(() => null);
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
