import { integer, lazy, map, section, text } from "../field.ts";
import { secret, secretValue } from "../secret-ref.ts";

/** `memory`: what agents look things up by. */
export const memory = lazy(() =>
  section("Memory", "What agents look things up by.", {
    search: section("Search", "Who turns text into vectors.", {
      provider: text(
        "Provider",
        "openai, another known provider, or one of models.providers; none for none.",
        {
          minLength: 1,
          placeholder: "openai",
        },
      ),
      model: text("Model", "Model of the provider.", { minLength: 1 }),
      inputType: text("Input type", "Sent as input_type with each request.", { minLength: 1 }),
      documentInputType: text("Document type", "The same, for texts that are searched in.", { minLength: 1 }),
      outputDimensionality: integer("Dimensions", "Numbers of a vector.", { exclusiveMinimum: 0 }),
      remote: section("Remote", "Where the provider is, when not where it usually is.", {
        baseUrl: text("Address", "Address of the interface, up to /v1.", { minLength: 1 }),
        apiKey: secret("API key", "Key of that address."),
        headers: map(secretValue("Header", "Value of the header."), "Headers", "Sent with each request."),
      }),
    }),
  }),
);
