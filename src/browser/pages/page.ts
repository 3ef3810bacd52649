import type { Protocol } from "devtools-protocol";
import { type Clock, pause } from "../../lib/clock.ts";
import type { CdpConnection, CdpSession } from "../cdp/connection.ts";
import { BrowserError } from "../errors.ts";
import type { AddressPolicy } from "../guard/address-policy.ts";
import { LOAD_TIMEOUT_MS, SETTLE_MS, WAIT_POLL_MS } from "../limits.ts";
import { ConsoleLog } from "./console-log.ts";
import { Dialogs } from "./dialogs.ts";
import { Refs } from "./refs.ts";

/** A frame with a process of its own, as a page has them from other sites. */
export interface OuterFrame {
  readonly session: CdpSession;
  readonly parent: CdpSession;
  readonly frameId: string;
}

export interface PageDeps {
  readonly connection: CdpConnection;
  readonly policy: () => AddressPolicy;
  readonly clock: Clock;
}

/** States of a document, in the order in which it has them. */
export type LoadState = "domcontentloaded" | "load" | "networkidle";

const LIFECYCLE: Readonly<Record<string, LoadState>> = {
  DOMContentLoaded: "domcontentloaded",
  load: "load",
  networkIdle: "networkidle",
};

/** One tab: its line, what it said, what of it was last shown, and the guard of where it may go. */
export class Page {
  readonly console = new ConsoleLog();
  readonly refs = new Refs();
  readonly dialogs: Dialogs;
  /** Frames with a process of their own, by frame id. */
  readonly outerFrames = new Map<string, OuterFrame>();
  url: string;
  title: string;
  #loading = false;
  /** What the document of this loader has come to. */
  readonly #states = new Set<LoadState>();
  #loader = "";
  #refused: BrowserError | undefined;

  constructor(
    readonly targetId: string,
    readonly session: CdpSession,
    info: Protocol.Target.TargetInfo,
    private readonly deps: PageDeps,
  ) {
    this.url = info.url;
    this.title = info.title;
    this.dialogs = new Dialogs(session, deps.clock);
    this.#watchLoading();
  }

  /** Puts the guard up and listens; only then the page may run. */
  async prepare(): Promise<void> {
    const { session } = this;
    await Promise.all([
      ...this.#guard(session),
      session.send("Page.enable"),
      session.send("Page.setLifecycleEventsEnabled", { enabled: true }),
      session.send("Emulation.setFocusEmulationEnabled", { enabled: true }),
      session.send("Runtime.runIfWaitingForDebugger"),
    ]);
  }

  /** A tab behind another one is not drawn, and takes no clicks. */
  async bringToFront(): Promise<void> {
    await this.session.send("Page.bringToFront");
  }

  /** The main frame has the target's own id. */
  get mainFrameId(): string {
    return this.targetId;
  }

  /** What the policy refused since it was last asked. */
  takeRefusal(): BrowserError | undefined {
    const refused = this.#refused;
    this.#refused = undefined;
    return refused;
  }

  /** Goes to an address and waits until it is there. @throws BrowserError when it may not, or cannot, be opened */
  async navigate(url: string, timeoutMs = LOAD_TIMEOUT_MS): Promise<void> {
    await this.deps.policy().check(url);
    this.takeRefusal();
    const { errorText, loaderId } = await this.session.send("Page.navigate", { url }, timeoutMs);
    const refused = this.takeRefusal();
    if (refused) throw refused;
    if (errorText !== undefined) {
      throw new BrowserError(
        errorText.includes("ERR_ABORTED") ? 409 : 503,
        `${url} did not open: ${errorText}`,
      );
    }
    // Another place of the same document is there at once.
    if (loaderId !== undefined) await this.reached("load", timeoutMs, loaderId);
    const late = this.takeRefusal();
    if (late) throw late;
  }

  /** Waits for a state of the document, or of the one of `loader`, as long as that may take; false when it did not come. */
  async reached(state: LoadState, timeoutMs: number, loader?: string): Promise<boolean> {
    const { clock } = this.deps;
    const deadline = clock.monotonic() + timeoutMs;
    while (!this.#states.has(state) || (loader !== undefined && loader !== this.#loader)) {
      if (clock.monotonic() >= deadline || this.dialogs.pending) return false;
      await pause(clock, Math.min(WAIT_POLL_MS, SETTLE_MS));
    }
    return true;
  }

  /** After an action: a page that leaves for another one is waited for. @throws BrowserError when it was refused */
  async settled(timeoutMs: number): Promise<void> {
    const { clock } = this.deps;
    await pause(clock, SETTLE_MS);
    const deadline = clock.monotonic() + timeoutMs;
    while (this.#loading && !this.dialogs.pending && clock.monotonic() < deadline)
      await pause(clock, SETTLE_MS);
    const refused = this.takeRefusal();
    if (refused) throw refused;
  }

  #watchLoading(): void {
    const { session } = this;
    session.on("Page.frameStartedLoading", ({ frameId }) => {
      if (frameId === this.mainFrameId) this.#loading = true;
    });
    session.on("Page.frameStoppedLoading", ({ frameId }) => {
      if (frameId === this.mainFrameId) this.#loading = false;
    });
    session.on("Page.lifecycleEvent", ({ frameId, loaderId, name }) => {
      if (frameId !== this.mainFrameId) return;
      if (loaderId !== this.#loader) this.#states.clear();
      this.#loader = loaderId;
      const state = LIFECYCLE[name];
      if (state) this.#states.add(state);
    });
    session.on("Page.frameNavigated", ({ frame }) => {
      if (frame.id !== this.mainFrameId) return;
      this.url = frame.url;
      this.refs.clear();
    });
    session.on("Page.navigatedWithinDocument", ({ frameId, url }) => {
      if (frameId === this.mainFrameId) this.url = url;
    });
  }

  /**
   * Every document, of every frame and after every redirect, is asked for only when its address may be opened. The commands
   * are done in the order they are sent, and a page that waits answers some of them only once it runs.
   */
  #guard(session: CdpSession): Promise<unknown>[] {
    this.console.follow(session);
    session.on("Fetch.requestPaused", ({ requestId, request, frameId }) => {
      void this.#judge(session, requestId, request.url, frameId === this.mainFrameId);
    });
    session.on("Target.attachedToTarget", ({ sessionId, targetInfo, waitingForDebugger }) => {
      void this.#adopt(session, sessionId, targetInfo, waitingForDebugger);
    });
    session.on("Target.detachedFromTarget", ({ sessionId }) => {
      for (const [id, frame] of this.outerFrames)
        if (frame.session.id === sessionId) this.outerFrames.delete(id);
      this.deps.connection.forget(sessionId);
    });
    return [
      session.send("Fetch.enable", { patterns: [{ urlPattern: "*", resourceType: "Document" }] }),
      session.send("Runtime.enable"),
      session.send("Target.setAutoAttach", { autoAttach: true, waitForDebuggerOnStart: true, flatten: true }),
    ];
  }

  async #judge(session: CdpSession, requestId: string, url: string, isMain: boolean): Promise<void> {
    try {
      // What a page made itself (`data:`, `blob:`) comes from nowhere; any other address has to be one that may be opened.
      if (!/^(?:about|data|blob):/i.test(url)) await this.deps.policy().check(url);
      await session.send("Fetch.continueRequest", { requestId });
    } catch (error) {
      if (isMain && error instanceof BrowserError) this.#refused = error;
      await session
        .send("Fetch.failRequest", { requestId, errorReason: "BlockedByClient" })
        .catch(() => undefined);
    }
  }

  /** A frame of another site, or a worker, begins: the frame gets the guard, the worker is let run. */
  async #adopt(
    parent: CdpSession,
    sessionId: string,
    { type, targetId }: Protocol.Target.TargetInfo,
    waits: boolean,
  ): Promise<void> {
    const session = this.deps.connection.session(sessionId);
    try {
      const isFrame = type === "iframe";
      if (isFrame) this.outerFrames.set(targetId, { session, parent, frameId: targetId });
      const guard = isFrame ? [...this.#guard(session), session.send("Page.enable")] : [];
      await Promise.all([...guard, ...(waits ? [session.send("Runtime.runIfWaitingForDebugger")] : [])]);
    } catch {
      // It is gone already.
      this.outerFrames.delete(targetId);
    }
  }
}
