import type { Protocol } from "devtools-protocol";
import type { CdpSession } from "../../cdp/connection.ts";
import { MAX_FRAMES } from "../../limits.ts";
import type { Page } from "../page.ts";
import { TRANSPARENT } from "./roles.ts";

/** An element as assistive programs are told of it. */
export interface TreeElement {
  readonly role: string;
  readonly name: string;
  readonly value: string | undefined;
  readonly description: string | undefined;
  /** `checked`, `disabled`, `expanded`, `level` … as text. */
  readonly states: Readonly<Record<string, string>>;
  readonly url: string | undefined;
  readonly session: CdpSession;
  readonly backendNodeId: number | undefined;
  readonly children: readonly TreeElement[];
}

interface Frame {
  readonly session: CdpSession;
  readonly frameId: string;
  /** The element it stands in; undefined for the page itself. */
  readonly owner: number | undefined;
}

const STATES = new Set([
  "checked",
  "disabled",
  "expanded",
  "focused",
  "invalid",
  "level",
  "pressed",
  "readonly",
  "required",
  "selected",
]);

/** The elements of a page with those of its frames, what only holds others together left out. @throws CdpError */
export async function readTree(page: Page, selector: string | undefined): Promise<readonly TreeElement[]> {
  const frames = await framesOf(page);
  const trees = await Promise.all(
    frames.map(async ({ session, frameId }) => {
      const { nodes } = await session
        .send("Accessibility.getFullAXTree", { frameId })
        .catch(() => ({ nodes: [] as Protocol.Accessibility.AXNode[] }));
      return { session, nodes: new Map(nodes.map((node) => [node.nodeId, node])) };
    }),
  );
  const inside = new Map<string, number[]>();
  frames.forEach(({ owner }, index) => {
    if (owner === undefined) return;
    const at = `${ownerSession(page, frames[index]).id} ${owner}`;
    inside.set(at, [...(inside.get(at) ?? []), index]);
  });
  const elementsOf = (index: number, id: string | undefined): TreeElement[] => {
    const tree = trees[index];
    const node = id === undefined ? rootOf(tree?.nodes) : tree?.nodes.get(id);
    if (!tree || !node) return [];
    const below = [
      ...(node.childIds ?? []).flatMap((child) => elementsOf(index, child)),
      ...(inside.get(`${tree.session.id} ${node.backendDOMNodeId}`) ?? []).flatMap((frame) =>
        elementsOf(frame, undefined),
      ),
    ];
    const role = textOf(node.role);
    if (node.ignored || TRANSPARENT.has(role)) return below;
    return [elementOf(node, tree.session, below)];
  };
  if (selector === undefined) return elementsOf(0, undefined);
  const chosen = await nodeBySelector(page, selector);
  const first = [...(trees[0]?.nodes.values() ?? [])].find(
    ({ backendDOMNodeId }) => backendDOMNodeId === chosen,
  );
  return chosen === undefined || !first ? [] : elementsOf(0, first.nodeId);
}

function elementOf(
  node: Protocol.Accessibility.AXNode,
  session: CdpSession,
  children: readonly TreeElement[],
): TreeElement {
  const states: Record<string, string> = {};
  let url: string | undefined;
  for (const { name, value } of node.properties ?? []) {
    const text = textOf(value);
    if (name === "url") url = text;
    else if (STATES.has(name) && text !== "" && text !== "false") states[name] = text;
  }
  return {
    role: textOf(node.role),
    name: textOf(node.name).trim(),
    value: textOf(node.value) || undefined,
    description: textOf(node.description) || undefined,
    states,
    url,
    session,
    backendNodeId: node.backendDOMNodeId,
    children,
  };
}

/** The page's own frame first; frames of the same process, then those with one of their own. */
async function framesOf(page: Page): Promise<Frame[]> {
  const { session, mainFrameId, outerFrames } = page;
  const lines = [{ session, frameId: mainFrameId }, ...outerFrames.values()];
  const found = await Promise.all(
    lines.map(async (line) => {
      const { frameTree } = await line.session.send("Page.getFrameTree");
      const inner = idsBelow(frameTree).map((frameId) => ({
        session: line.session,
        frameId,
        parent: line.session,
      }));
      return ["parent" in line ? { ...line } : { ...line, parent: undefined }, ...inner];
    }),
  );
  return Promise.all(
    found
      .flat()
      .slice(0, MAX_FRAMES)
      .map(async ({ session: own, frameId, parent }): Promise<Frame> => {
        const owner = await parent?.send("DOM.getFrameOwner", { frameId }).catch(() => undefined);
        return { session: own, frameId, owner: owner?.backendNodeId };
      }),
  );
}

/** Whose document the element of a frame is in. */
function ownerSession(page: Page, frame: Frame | undefined): CdpSession {
  const outer = frame && page.outerFrames.get(frame.frameId);
  return outer?.parent ?? frame?.session ?? page.session;
}

function idsBelow({ childFrames }: Protocol.Page.FrameTree): string[] {
  return (childFrames ?? []).flatMap((child) => [child.frame.id, ...idsBelow(child)]);
}

function rootOf(
  nodes: ReadonlyMap<string, Protocol.Accessibility.AXNode> | undefined,
): Protocol.Accessibility.AXNode | undefined {
  return nodes && [...nodes.values()].find(({ parentId }) => parentId === undefined);
}

async function nodeBySelector({ session }: Page, selector: string): Promise<number | undefined> {
  const { root } = await session.send("DOM.getDocument", { depth: 0 });
  const { nodeId } = await session.send("DOM.querySelector", { nodeId: root.nodeId, selector });
  if (nodeId === 0) return undefined;
  const { node } = await session.send("DOM.describeNode", { nodeId });
  return node.backendNodeId;
}

function textOf(value: Protocol.Accessibility.AXValue | undefined): string {
  const held: unknown = value?.value;
  return typeof held === "string"
    ? held
    : typeof held === "number" || typeof held === "boolean"
      ? String(held)
      : "";
}
