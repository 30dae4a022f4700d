// Reading a chosen file. What is not text is refused: putting something else in its place would change a value.

export const NOT_TEXT = "The file is not UTF-8 text. Encode it first, as base64 for instance.";

/** The text of a file byte for byte, or null where it is not UTF-8. */
export async function textOf(file: Blob): Promise<string | null> {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(await file.arrayBuffer());
  } catch {
    return null;
  }
}
