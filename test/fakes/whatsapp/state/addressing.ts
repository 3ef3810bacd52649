/** How somebody is named: by phone number, or by the number that hides it. */
export type Addressing = "pn" | "lid";

export const SERVERS: Readonly<Record<Addressing, "s.whatsapp.net" | "lid">> = {
  pn: "s.whatsapp.net",
  lid: "lid",
};

/** The other way to name somebody. */
export function otherAddressing(addressing: Addressing): Addressing {
  return addressing === "pn" ? "lid" : "pn";
}
