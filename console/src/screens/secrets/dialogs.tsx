// Which dialog of the Secrets screen is open. Each is loaded when first asked for.
import { lazy, type ReactNode, Suspense } from "react";
import type { SecretList } from "../../lib/store";
import type { Secret } from "../../lib/types";

export type Open =
  | { kind: "add" }
  | { kind: "import"; text: string }
  | { kind: "details" | "edit" | "clone" | "history" | "delete"; secret: Secret };

export interface DialogProps {
  list: SecretList;
  onOpen: (open: Open) => void;
  onClose: () => void;
}

const SecretForm = lazy(() => import("./form"));
const ImportSheet = lazy(() => import("./import"));
const DetailsSheet = lazy(() => import("./details"));
const CloneSheet = lazy(() => import("./clone"));
const HistorySheet = lazy(() => import("./history"));
const DeleteDialog = lazy(() => import("./delete"));

interface DialogsProps {
  open: Open | null;
  list: SecretList;
  onOpen: (open: Open | null) => void;
}

export function Dialogs({ open, list, onOpen }: DialogsProps): ReactNode {
  if (!open) return null;
  const common: DialogProps = { list, onOpen, onClose: () => onOpen(null) };
  return <Suspense fallback={null}>{chosen(open, common)}</Suspense>;
}

function chosen(open: Open, common: DialogProps): ReactNode {
  switch (open.kind) {
    case "add":
      return <SecretForm secret={null} {...common} />;
    case "edit":
      return <SecretForm secret={open.secret} {...common} />;
    case "import":
      return <ImportSheet text={open.text} {...common} />;
    case "details":
      return <DetailsSheet secret={open.secret} {...common} />;
    case "clone":
      return <CloneSheet secret={open.secret} {...common} />;
    case "history":
      return <HistorySheet secret={open.secret} {...common} />;
    case "delete":
      return <DeleteDialog secret={open.secret} {...common} />;
  }
}
