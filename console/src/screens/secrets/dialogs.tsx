// Which dialog of the Secrets screen is open. Each is loaded when first asked for.
import type { ComponentType, ReactNode } from "react";
import type { SecretList } from "../../lib/store";
import type { Secret } from "../../lib/types";
import { later } from "../../ui/later";
import { Sheet } from "../../ui/sheet";

export type Open =
  | { kind: "add" }
  | { kind: "import"; text: string }
  | { kind: "details" | "edit" | "clone" | "history" | "delete"; secret: Secret };

export interface DialogProps {
  list: SecretList;
  onOpen: (open: Open) => void;
  onClose: () => void;
}

/** A dialog that is loaded when first opened. */
const dialog = <P extends DialogProps>(
  load: () => Promise<{ default: ComponentType<P> }>,
): ComponentType<P> =>
  later(load, {
    waiting: null,
    around: (problem, { onClose }) => (
      <Sheet title="Not loaded" onClose={onClose}>
        {problem}
      </Sheet>
    ),
  });

const SecretForm = dialog(() => import("./form"));
const ImportSheet = dialog(() => import("./import"));
const DetailsSheet = dialog(() => import("./details"));
const CloneSheet = dialog(() => import("./clone"));
const HistorySheet = dialog(() => import("./history"));
const DeleteDialog = dialog(() => import("./delete"));

interface DialogsProps {
  open: Open | null;
  list: SecretList;
  onOpen: (open: Open | null) => void;
}

export function Dialogs({ open, list, onOpen }: DialogsProps): ReactNode {
  if (!open) return null;
  const common: DialogProps = { list, onOpen, onClose: () => onOpen(null) };
  return chosen(open, common);
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
