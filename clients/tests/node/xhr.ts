/** XMLHttpRequest as React Native has it, which Node has not: the text grows while it comes in. */

export class XMLHttpRequest {
  static readonly HEADERS_RECEIVED = 2;
  static readonly LOADING = 3;
  static readonly DONE = 4;

  readyState = 0;
  status = 0;
  responseText = "";
  timeout = 0;
  onreadystatechange: (() => void) | null = null;
  onload: (() => void) | null = null;
  onerror: (() => void) | null = null;
  onabort: (() => void) | null = null;
  #url = "";
  #headers = new Headers();
  #stop = new AbortController();

  open(_method: string, url: string): void {
    this.#url = url;
  }

  setRequestHeader(name: string, value: string): void {
    this.#headers.set(name, value);
  }

  abort(): void {
    this.#stop.abort();
  }

  send(): void {
    void this.#read().catch((error: unknown) => {
      if (this.#stop.signal.aborted) return this.onabort?.();
      this.responseText = String(error);
      this.#move(XMLHttpRequest.DONE);
      this.onerror?.();
    });
  }

  async #read(): Promise<void> {
    const asked = { headers: this.#headers, signal: this.#stop.signal };
    const response = await fetch(this.#url, asked);
    this.status = response.status;
    this.#move(XMLHttpRequest.HEADERS_RECEIVED);
    const decoder = new TextDecoder();
    for await (const bytes of response.body ?? []) {
      this.responseText += decoder.decode(bytes, { stream: true });
      this.#move(XMLHttpRequest.LOADING);
    }
    this.#move(XMLHttpRequest.DONE);
    this.onload?.();
  }

  #move(state: number): void {
    this.readyState = state;
    this.onreadystatechange?.();
  }
}
