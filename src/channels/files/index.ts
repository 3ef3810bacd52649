export { BYTES_PER_MB } from "./limits.ts";
export { sniffedType } from "./sniff.ts";
export { megabytes, type OpenMedia, openSource, type SizeRule, type SourceDeps, tooLarge } from "./source.ts";
export { nameOfSource, typeOfMedia, typeOfName } from "./types.ts";
