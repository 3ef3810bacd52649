import type { NamedElement } from "../refs.ts";
import type { TreeElement } from "./element-tree.ts";
import { OUTWARD } from "./roles.ts";

/** One element of a structured snapshot. */
export interface AriaNode {
  readonly ref: string;
  readonly role: string;
  readonly name: string;
  readonly value?: string;
  readonly description?: string;
  readonly backendDOMNodeId?: number;
  readonly depth: number;
}

/** The elements one by one, from the top, `limit` at most; each has a name that actions take. */
export function ariaSnapshot(
  roots: readonly TreeElement[],
  limit: number,
): { readonly nodes: readonly AriaNode[]; readonly elements: Map<string, NamedElement> } {
  const nodes: AriaNode[] = [];
  const elements = new Map<string, NamedElement>();
  const take = (element: TreeElement, depth: number): void => {
    if (nodes.length >= limit) return;
    const { role, name, value, description, session, backendNodeId, children } = element;
    const ref = `ax${nodes.length + 1}`;
    if (backendNodeId !== undefined) elements.set(ref, { session, backendNodeId, role, name });
    nodes.push({
      ref,
      role: OUTWARD[role] ?? role,
      name,
      ...(value !== undefined && { value }),
      ...(description !== undefined && { description }),
      ...(backendNodeId !== undefined && { backendDOMNodeId: backendNodeId }),
      depth,
    });
    for (const child of children) take(child, depth + 1);
  };
  for (const root of roots) take(root, 0);
  return { nodes, elements };
}
