export { Authority } from "./authority.ts";
export { Connection, type ConnectionEvents, endWith } from "./connection.ts";
export { type BinaryNode, bytesOf, firstChild, node, type NodeContent, seconds } from "./node.ts";
