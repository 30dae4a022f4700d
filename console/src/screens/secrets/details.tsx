// Everything about one secret but its value, with exact times.
import type { JSX, ReactNode } from "react";
import { manageReason, useSession } from "../../lib/session";
import type { Secret } from "../../lib/types";
import { Code, NotSet, Person, ScopeChip, Time, VersionTag } from "../../ui/bits";
import { Button } from "../../ui/controls";
import { Sheet } from "../../ui/sheet";
import type { DialogProps } from "./dialogs";

export default function DetailsSheet({
  secret,
  onOpen,
  onClose,
}: DialogProps & { secret: Secret }): JSX.Element {
  const { me } = useSession();
  const locked = manageReason(me, secret.scope);
  return (
    <Sheet title={secret.name} intro={<Code>${secret.env_name}</Code>} onClose={onClose}>
      <dl className="facts">
        <Fact label="Scope">
          <ScopeChip scope={secret.scope} />
        </Fact>
        <Fact label="Value">{secret.hint ? <Code>{secret.hint}</Code> : "Sealed, no hint"}</Fact>
        <Fact label="Description">{secret.description || <NotSet />}</Fact>
        <Fact label="Installs in VMs">
          {secret.auto_install ? "Yes, in every boot" : "Only where a manifest declares it"}
        </Fact>
        <Fact label="In instructions">{secret.instructions_safe ? "Allowed" : "Not allowed"}</Fact>
        <Fact label="Version">
          <VersionTag version={secret.version} />
        </Fact>
        <Fact label="Updated">
          <Time at={secret.updated_at} exact /> by <Person id={secret.updated_by} me={me.user} whole />
        </Fact>
        <Fact label="Created">
          <Time at={secret.created_at} exact /> by <Person id={secret.created_by} me={me.user} whole />
        </Fact>
        <Fact label="Last injected">
          <Time at={secret.last_injected_at} exact />
        </Fact>
      </dl>
      {locked && <p className="hint">{locked} to change it.</p>}
      <div className="sheet-foot">
        <Button icon="history" onClick={() => onOpen({ kind: "history", secret })}>
          History
        </Button>
        {!locked && (
          <Button look="primary" icon="edit" onClick={() => onOpen({ kind: "edit", secret })}>
            Edit
          </Button>
        )}
      </div>
    </Sheet>
  );
}

const Fact = ({ label, children }: { label: string; children: ReactNode }): JSX.Element => (
  <div>
    <dt>{label}</dt>
    <dd>{children}</dd>
  </div>
);
