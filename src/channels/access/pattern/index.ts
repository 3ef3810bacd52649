export { Pattern } from "./pattern.ts";
export { PatternError } from "./syntax.ts";
