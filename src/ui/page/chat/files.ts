import type { Outgoing } from "./conversation.ts";

/** Pictures that models take; any other file is sent as text. */
const PICTURES = /^image\/(?:png|jpeg|gif|webp)$/;

/** Reads a file somebody picked, pasted or dropped. @throws Error in words when it is too large */
export async function outgoing(file: File, maxBytes: number): Promise<Outgoing> {
  if (file.size > maxBytes) {
    throw new Error(
      `${file.name} is too large: ${megabytes(file.size)} of ${megabytes(maxBytes)} MB at most.`,
    );
  }
  const base64 = await base64Of(file);
  const isPicture = PICTURES.test(file.type);
  return {
    name: file.name === "" ? "pasted" : file.name,
    mimeType: file.type,
    base64,
    preview: isPicture ? `data:${file.type};base64,${base64}` : undefined,
  };
}

function base64Of(file: File): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () =>
      resolve(typeof reader.result === "string" ? reader.result.replace(/^[^,]*,/, "") : "");
    reader.onerror = () => reject(reader.error ?? new Error(`${file.name} cannot be read`));
    reader.readAsDataURL(file);
  });
}

function megabytes(bytes: number): string {
  return (bytes / 1_048_576).toFixed(1);
}
