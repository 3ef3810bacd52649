/** A file as whoever sends it describes it. */
export interface FileDescription {
  readonly source: string;
  readonly name?: string;
  readonly mimeType?: string;
}

/** What files are called, for where nobody tells their type. */
const TYPES: ReadonlyMap<string, string> = new Map([
  ["jpg", "image/jpeg"],
  ["jpeg", "image/jpeg"],
  ["png", "image/png"],
  ["webp", "image/webp"],
  ["gif", "image/gif"],
  ["bmp", "image/bmp"],
  ["svg", "image/svg+xml"],
  ["heic", "image/heic"],
  ["tif", "image/tiff"],
  ["tiff", "image/tiff"],
  ["mp4", "video/mp4"],
  ["m4v", "video/mp4"],
  ["mov", "video/quicktime"],
  ["webm", "video/webm"],
  ["mkv", "video/x-matroska"],
  ["ogg", "audio/ogg"],
  ["oga", "audio/ogg"],
  ["opus", "audio/ogg"],
  ["mp3", "audio/mpeg"],
  ["m4a", "audio/mp4"],
  ["wav", "audio/wav"],
  ["flac", "audio/flac"],
  ["pdf", "application/pdf"],
  ["txt", "text/plain"],
  ["md", "text/markdown"],
  ["json", "application/json"],
  ["csv", "text/csv"],
  ["html", "text/html"],
  ["zip", "application/zip"],
]);

/** The type a name tells; undefined when it tells none. */
export function typeOfName(name: string): string | undefined {
  const ending = /\.([a-z0-9]{1,5})$/i.exec(name)?.[1]?.toLowerCase();
  return ending === undefined ? undefined : TYPES.get(ending);
}

/** The last name of a source: of a path or an address, without its query; undefined for data. */
export function nameOfSource(source: string): string | undefined {
  if (/^data:/i.test(source)) return undefined;
  const path = /^https?:\/\//i.test(source) && URL.canParse(source) ? new URL(source).pathname : source;
  const name = path.split(/[\\/]/).at(-1) ?? "";
  return name === "" ? undefined : name;
}

/** The type of a file, as far as its description tells. */
export function typeOfMedia({ mimeType, name, source }: FileDescription): string | undefined {
  const told = (mimeType ?? /^data:([^;,]+)/i.exec(source)?.[1])?.split(";")[0]?.trim().toLowerCase();
  if (told !== undefined && told !== "" && told !== "application/octet-stream") return told;
  return typeOfName(name ?? "") ?? typeOfName(nameOfSource(source) ?? "");
}
