import type { Protocol } from "devtools-protocol";
import { CdpError, type CdpSession } from "../cdp/connection.ts";
import { BrowserError } from "../errors.ts";
import type { Page } from "./page.ts";
import type { NamedElement } from "./refs.ts";

/** A place in the window, in CSS pixels. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** An element of a page, as actions need it. */
export class PageElement {
  private constructor(
    private readonly page: Page,
    private readonly named: NamedElement,
    private readonly objectId: string,
  ) {}

  /** The element that the last snapshot called `ref`. @throws BrowserError 404 when it is not there any more */
  static async find(page: Page, ref: string): Promise<PageElement> {
    const named = page.refs.find(ref);
    const { backendNodeId, session } = named;
    try {
      const { object } = await session.send("DOM.resolveNode", { backendNodeId });
      if (object.objectId === undefined) throw new CdpError("DOM.resolveNode", "no such node");
      return new PageElement(page, named, object.objectId);
    } catch (error) {
      throw new BrowserError(404, `The element "${ref}" is gone. Take a new snapshot.`, {}, { cause: error });
    }
  }

  get session(): CdpSession {
    return this.named.session;
  }

  get backendNodeId(): number {
    return this.named.backendNodeId;
  }

  /** Calls a function of ours with the element as `this`. Its answer is data. @throws BrowserError for what it throws */
  async call(declaration: string, ...args: readonly unknown[]): Promise<unknown> {
    return valueOf(
      await this.session.send("Runtime.callFunctionOn", {
        objectId: this.objectId,
        functionDeclaration: declaration,
        arguments: args.map((value) => ({ value })),
        returnByValue: true,
        awaitPromise: true,
        userGesture: true,
      }),
    );
  }

  /** The middle of it, in the window of the page, wherever its frame stands. @throws BrowserError when it has no place */
  async middle(): Promise<Point> {
    const own = middleOf(await quadOf(this.session, this.backendNodeId));
    let { session } = this;
    let { x, y } = own;
    for (let outer = this.#outerOf(session); outer; outer = this.#outerOf(session)) {
      const owner = await outer.parent.send("DOM.getFrameOwner", { frameId: outer.frameId });
      const corner = await quadOf(outer.parent, owner.backendNodeId);
      x += corner[0] ?? 0;
      y += corner[1] ?? 0;
      session = outer.parent;
    }
    return { x, y };
  }

  #outerOf(session: CdpSession) {
    return [...this.page.outerFrames.values()].find((frame) => frame.session === session);
  }
}

/** What a script gave back. @throws BrowserError with what it threw */
export function valueOf({
  result,
  exceptionDetails,
}: Protocol.Runtime.CallFunctionOnResponse | Protocol.Runtime.EvaluateResponse): unknown {
  if (exceptionDetails === undefined) {
    const value: unknown = result.value;
    return value ?? result.unserializableValue ?? null;
  }
  const said = exceptionDetails.exception?.description ?? exceptionDetails.text;
  throw new BrowserError(500, said.split("\n")[0] ?? said, { code: "ACT_OPERATION_FAILED" });
}

async function quadOf(session: CdpSession, backendNodeId: number): Promise<readonly number[]> {
  const { quads } = await session
    .send("DOM.getContentQuads", { backendNodeId })
    .catch((): Protocol.DOM.GetContentQuadsResponse => ({ quads: [] }));
  const quad = quads[0];
  if (!quad) throw new BrowserError(500, "The element is not visible.", { code: "ACT_OPERATION_FAILED" });
  return quad;
}

function middleOf(quad: readonly number[]): Point {
  const [x1 = 0, y1 = 0, , , x3 = 0, y3 = 0] = quad;
  return { x: (x1 + x3) / 2, y: (y1 + y3) / 2 };
}
