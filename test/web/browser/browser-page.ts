import type { CdpConnection } from "./cdp.ts";

/** Nothing on a page takes longer than this, also on a busy machine. */
const PATIENCE_MS = 20_000;

interface Evaluated {
  readonly result: { readonly value?: unknown };
  readonly exceptionDetails?: {
    readonly text: string;
    readonly exception?: { description?: string };
  };
}

/** One page of a browser. */
export class BrowserPage {
  /** Console errors, exceptions and violations of the content security policy. */
  readonly complaints: string[] = [];
  /** Dialogs that a script opened, e.g. by `alert`. */
  readonly alerts: string[] = [];
  readonly #connection: CdpConnection;
  readonly #sessionId: string;

  private constructor(connection: CdpConnection, sessionId: string) {
    this.#connection = connection;
    this.#sessionId = sessionId;
    connection.listen(sessionId, (method, params) => this.#hear(method, params));
  }

  static async open(
    connection: CdpConnection,
    url: string,
    size: { readonly width: number; readonly height: number },
  ): Promise<BrowserPage> {
    const { targetId } = await connection.send("Target.createTarget", { url: "about:blank" });
    const attach = { targetId, flatten: true };
    const { sessionId } = await connection.send("Target.attachToTarget", attach);
    const page = new BrowserPage(connection, `${sessionId}`);
    for (const domain of ["Page", "Runtime", "Log"]) await page.send(`${domain}.enable`);
    await page.send("Emulation.setFocusEmulationEnabled", { enabled: true });
    await page.resize(size);
    await page.go(url);
    return page;
  }

  send(method: string, params: object = {}) {
    return this.#connection.send(method, params, this.#sessionId);
  }

  /** Loads another address. */
  async go(url: string): Promise<void> {
    await this.send("Page.navigate", { url });
  }

  async resize(size: { readonly width: number; readonly height: number }): Promise<void> {
    const metrics = { ...size, deviceScaleFactor: 1, mobile: false };
    await this.send("Emulation.setDeviceMetricsOverride", metrics);
  }

  async setTheme(value: "light" | "dark"): Promise<void> {
    const features = [{ name: "prefers-color-scheme", value }];
    await this.send("Emulation.setEmulatedMedia", { features });
  }

  /** The value of an expression in the page; a promise is awaited. */
  async evaluate<T>(expression: string): Promise<T> {
    const how = { expression, awaitPromise: true, returnByValue: true };
    const evaluated = (await this.send("Runtime.evaluate", how)) as unknown as Evaluated;
    const { exceptionDetails, result } = evaluated;
    if (exceptionDetails === undefined) return result.value as T;
    throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
  }

  /** Waits until an expression is true, and says which one never was. */
  async until(expression: string, patienceMs = PATIENCE_MS): Promise<void> {
    const endMs = performance.now() + patienceMs;
    while (performance.now() < endMs) {
      const isTrue = await this.evaluate<boolean>(`Boolean(${expression})`).catch(() => false);
      if (isTrue) return;
      await new Promise((done) => setTimeout(done, 20));
    }
    const text = await this.evaluate<string>("document.body.innerText.slice(0, 2000)");
    throw new Error(`never true: ${expression}\n${text}\n${this.complaints.join("\n")}`);
  }

  /** Waits until the page shows a text. */
  async untilText(text: string): Promise<void> {
    await this.until(`document.body.innerText.includes(${JSON.stringify(text)})`);
  }

  /** Presses and releases a key. */
  async press(key: string): Promise<void> {
    const text = key.length === 1 ? { text: key } : key === "Enter" ? { text: "\r" } : {};
    const code = key === "Escape" ? { windowsVirtualKeyCode: 27 } : {};
    await this.send("Input.dispatchKeyEvent", { type: "keyDown", key, ...text, ...code });
    await this.send("Input.dispatchKeyEvent", { type: "keyUp", key, ...code });
  }

  /** Presses what a selector finds. */
  async click(selector: string): Promise<void> {
    const found = `document.querySelector(${JSON.stringify(selector)})`;
    await this.until(found);
    await this.evaluate(`${found}.click()`);
  }

  async screenshot(): Promise<Buffer> {
    const { data } = await this.send("Page.captureScreenshot", { format: "png" });
    return Buffer.from(`${data}`, "base64");
  }

  #hear(method: string, params: Readonly<Record<string, unknown>>): void {
    const heard = JSON.stringify(params);
    if (method === "Runtime.exceptionThrown") this.complaints.push(heard);
    if (method === "Log.entryAdded" && /"level":"error"/.test(heard)) this.complaints.push(heard);
    if (method === "Runtime.consoleAPICalled" && params.type === "error") {
      this.complaints.push(heard);
    }
    if (method === "Page.javascriptDialogOpening") {
      this.alerts.push(heard);
      void this.send("Page.handleJavaScriptDialog", { accept: true });
    }
  }
}
