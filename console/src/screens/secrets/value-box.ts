// The one place that touches a clear value on its way in. It is never kept in component state: the page knows only
// facts about it, and `clear` takes it out of the text box and out of reach.
import { type RefObject, useCallback, useMemo, useRef, useState } from "react";
import { looksLikeDotenv } from "../../lib/dotenv";
import { NOT_TEXT, textOf } from "../../lib/files";
import { byteLength, valueProblem } from "../../lib/values";

export interface ValueFacts {
  empty: boolean;
  bytes: number;
  problem: string | null;
  trailingNewline: boolean;
  manyVariables: boolean;
  fileName: string | null;
}

const NOTHING: ValueFacts = {
  empty: true,
  bytes: 0,
  problem: null,
  trailingNewline: false,
  manyVariables: false,
  fileName: null,
};

export interface ValueBox {
  area: RefObject<HTMLTextAreaElement | null>;
  facts: ValueFacts;
  read: () => string;
  clear: () => void;
  /** Look at the text box again, after typing. */
  typed: () => void;
  takeFile: (file: File) => Promise<void>;
  dropNewline: () => void;
}

export function useValueBox(): ValueBox {
  const area = useRef<HTMLTextAreaElement>(null);
  // A file is kept as it is: a text box would turn CR LF into LF.
  const file = useRef<string | null>(null);
  const [facts, setFacts] = useState(NOTHING);
  const read = useCallback(() => file.current ?? area.current?.value ?? "", []);
  const look = useCallback((fileName: string | null) => setFacts(factsOf(read(), fileName)), [read]);
  const clear = useCallback(() => {
    file.current = null;
    if (area.current) area.current.value = "";
    setFacts(NOTHING);
  }, []);
  return useMemo(
    () => ({
      area,
      facts,
      read,
      clear,
      typed: () => look(null),
      takeFile: async (chosen) => {
        const text = await textOf(chosen);
        if (area.current) area.current.value = "";
        file.current = text;
        if (text === null) setFacts({ ...NOTHING, empty: false, problem: NOT_TEXT, fileName: chosen.name });
        else look(chosen.name);
      },
      dropNewline: () => {
        const text = read().replace(/\r?\n$/, "");
        if (file.current !== null) file.current = text;
        else if (area.current) area.current.value = text;
        look(facts.fileName);
      },
    }),
    [facts, read, clear, look],
  );
}

function factsOf(text: string, fileName: string | null): ValueFacts {
  return {
    empty: text === "",
    bytes: byteLength(text),
    problem: text === "" ? null : valueProblem(text),
    trailingNewline: text.endsWith("\n"),
    manyVariables: fileName === null && looksLikeDotenv(text),
    fileName,
  };
}
