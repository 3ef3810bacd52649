import { type GatewayProcess, PATIENCE_MS, until } from "../../support/index.ts";

/** Leads to this machine, and looks to a browser like another one. */
export const OTHER_MACHINE = "gateway.local";

/** What a page is told to be like. */
export interface TabOptions {
  readonly width?: number;
  readonly height?: number;
}

/** A tab of a real Chromium, as a person uses it: what is on the screen, clicks and keys. All tabs of a test file are one browser. */
export class Tab implements AsyncDisposable {
  /** What the page wrote to its console, and what broke its policy. */
  readonly complaints: string[] = [];
  readonly #view: Bun.WebView;

  constructor({ width = 1_100, height = 760 }: TabOptions = {}) {
    this.#view = new Bun.WebView({
      width,
      height,
      console: (level: string, ...args: unknown[]) => {
        if (level === "error" || level === "warn") this.complaints.push(args.map(String).join(" "));
      },
      backend: {
        type: "chrome",
        path: "/usr/bin/chromium",
        argv: [
          "--no-sandbox",
          "--disable-quic",
          "--disable-component-update",
          "--disable-sync",
          // A name that browsers do not take for this machine, as that of any machine in the house.
          `--host-resolver-rules=MAP ${OTHER_MACHINE} 127.0.0.1`,
          // A tab that is not looked at draws as well.
          "--disable-features=CalculateNativeWinOcclusion",
        ],
      },
    });
  }

  open(url: string): Promise<void> {
    return this.#view.navigate(url);
  }

  reload(): Promise<void> {
    return this.#view.reload();
  }

  /** The value of an expression in the page. */
  evaluate<T>(expression: string): Promise<T> {
    return this.#view.evaluate<T>(expression);
  }

  /** All that is written on the page. */
  text(): Promise<string> {
    return this.evaluate<string>("document.body.innerText");
  }

  /** Waits until the page says `wanted`. */
  sees(wanted: string | RegExp): Promise<void> {
    return this.#waits(`the page to say ${String(wanted)}`, async () => {
      const text = await this.text();
      return typeof wanted === "string" ? text.includes(wanted) : wanted.test(text);
    });
  }

  /** Waits until an expression is true in the page. */
  holds(expression: string): Promise<void> {
    return this.#waits(expression, () => this.evaluate<boolean>(`Boolean(${expression})`));
  }

  click(selector: string): Promise<void> {
    return this.#view.click(selector, { timeout: PATIENCE_MS });
  }

  /** Clicks the button that says `name` as soon as there is one. It is found and clicked in one act: pages draw anew. */
  press(name: string): Promise<void> {
    const click = `(() => {
      const button = [...document.querySelectorAll("button")].find((one) => one.innerText.trim() === ${JSON.stringify(name)} && !one.disabled);
      button?.click();
      return button !== undefined;
    })()`;
    return this.#waits(`a button ${name}`, () => this.evaluate<boolean>(click));
  }

  /** Types into a field as a keyboard does. */
  async type(selector: string, text: string): Promise<void> {
    await this.click(selector);
    await this.#view.type(text);
  }

  key(name: "Enter" | "Escape" | "Tab"): Promise<void> {
    return this.#view.press(name);
  }

  /** A picture of the page as PNG. */
  async picture(): Promise<Blob> {
    return this.#view.screenshot();
  }

  /** Waits for what the page shows or has; a failure tells what it shows, for whoever has to find out why. */
  async #waits(what: string, probe: () => Promise<boolean>): Promise<void> {
    try {
      await until(what, probe);
    } catch (error) {
      const page = await this.evaluate<string>("location.href + ' ' + document.documentElement.innerText");
      throw new Error(`${String(error)}\n${page}\n${this.complaints.join("\n")}`, { cause: error });
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#view.close();
    await Promise.resolve();
  }
}

/** A tab of a browser that is signed in, in the room (and with the query) that `address` names. */
export async function signedIn(
  gateway: Pick<GatewayProcess, "httpUrl" | "token">,
  address: string,
  options?: TabOptions,
): Promise<Tab> {
  const tab = new Tab(options);
  await tab.open(`${gateway.httpUrl}/${address}#token=${gateway.token}`);
  await tab.holds("document.querySelector('nav')");
  return tab;
}

/** Says something in the chat and sends it with the keyboard. */
export async function say(tab: Tab, text: string): Promise<void> {
  await tab.type("textarea[aria-label=Message]", text);
  await tab.key("Enter");
}
