import type { Attachment } from "../../../../agent/index.ts";
import type { OpenAiDeps } from "../deps.ts";
import { fileBlock } from "../inputs/files.ts";
import { pictureOf } from "../inputs/images.ts";
import { maxUrlParts, responseFileLimits, responseImageLimits } from "../inputs/limits.ts";
import { contentOf, InputError, type Source, sourceOf } from "../inputs/source.ts";
import { invalid, Refusal } from "../refusal.ts";
import type { InputPrompt } from "./items.ts";
import type { FilePart, ImagePart, PartSource } from "./request.ts";

/** What comes with a message: pictures to look at, and files as text for the system prompt. */
export interface Media {
  readonly images: readonly Attachment[];
  readonly files: readonly string[];
}

/** Reads what the parts of the message name, within the limits. @throws Refusal */
export async function mediaOf(
  { parts, urlCount }: InputPrompt,
  { config, egress, ids, log }: OpenAiDeps,
  gone: AbortSignal,
): Promise<Media> {
  const { endpoints } = config().gateway.http;
  const imageLimits = responseImageLimits(endpoints);
  const fileLimits = responseFileLimits(endpoints);
  const images: Attachment[] = [];
  const files: string[] = [];
  try {
    if (urlCount > maxUrlParts(endpoints)) throw new InputError(`${urlCount} URLs are too many`);
    for (const part of parts) {
      if (part.type === "input_image") {
        const content = await contentOf(imageSource(part), imageLimits, egress, gone);
        images.push(pictureOf(content, imageLimits).attachment);
      } else if (part.type === "input_file") {
        const content = await contentOf(fileSource(part), fileLimits, egress, gone);
        const name = part.filename ?? nameOf(part);
        files.push(fileBlock(content, name, fileLimits, () => ids.hex(8)));
      }
    }
    return { images, files };
  } catch (error) {
    gone.throwIfAborted();
    if (error instanceof Refusal) throw error;
    log.info("input of a response request not taken", { error });
    throw invalid("invalid request");
  }
}

function imageSource({ source, image_url: url }: ImagePart): Source {
  if (source) return partSource(source);
  if (url) return sourceOf(url);
  throw new InputError("an input_image names no picture");
}

function fileSource({ source, file_data: data, file_url: url }: FilePart): Source {
  if (source) return partSource(source);
  if (url) return { type: "url", url };
  if (data) return data.startsWith("data:") ? sourceOf(data) : { type: "base64", data };
  throw new InputError("an input_file names no file");
}

function partSource(source: PartSource): Source {
  if (source.type === "url") return sourceOf(source.url);
  return { type: "base64", data: source.data, mimeType: source.media_type ?? undefined };
}

function nameOf({ source, file_url: url }: FilePart): string | undefined {
  if (source?.type === "base64") return source.filename ?? undefined;
  const address = source?.url ?? url;
  const path = address ? URL.parse(address)?.pathname : undefined;
  return path?.split("/").at(-1) || undefined;
}
