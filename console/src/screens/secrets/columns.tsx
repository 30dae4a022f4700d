// The columns of the list and the menu at each row's end.
import { Menu, MenuButton, MenuItem, MenuProvider, MenuSeparator } from "@ariakit/react/menu";
import type { JSX } from "react";
import { precedence, scopeLabel } from "../../lib/names";
import { href, navigate } from "../../lib/router";
import { manageReason } from "../../lib/session";
import type { Me, Secret } from "../../lib/types";
import { NotSet, ScopeChip, Time } from "../../ui/bits";
import { Icon, type IconName } from "../../ui/icons";
import type { Column } from "../../ui/table";
import type { Open } from "./dialogs";

type OnOpen = (open: Open) => void;

export function columnsFor(me: Me, onOpen: OnOpen): readonly Column<Secret>[] {
  return [
    {
      key: "name",
      header: "Name",
      sort: (row) => row.name.toLowerCase(),
      render: (row) => nameCell(row, onOpen),
    },
    {
      key: "env_name",
      header: "Exported as",
      sort: (row) => row.env_name,
      render: (row) => <code className="mono env">${row.env_name}</code>,
    },
    {
      key: "scope",
      header: "Scope",
      sort: (row) => `${precedence(row.scope)} ${scopeLabel(row.scope)}`,
      render: (row) => <ScopeChip scope={row.scope} />,
    },
    { key: "auto", header: "Installs in VMs", sort: (row) => (row.auto_install ? 0 : 1), render: installs },
    { key: "description", header: "Description", render: descriptionCell },
    {
      key: "updated",
      header: "Updated",
      sort: (row) => row.updated_at,
      render: (row) => <Time at={row.updated_at} />,
    },
    {
      key: "injected",
      header: "Last injected",
      sort: (row) => row.last_injected_at ?? "",
      render: (row) => <Time at={row.last_injected_at} />,
    },
    {
      key: "menu",
      header: "Actions",
      hideHeader: true,
      render: (row) => <RowMenu row={row} me={me} onOpen={onOpen} />,
    },
  ];
}

const nameCell = (row: Secret, onOpen: OnOpen): JSX.Element => (
  <button type="button" className="row-name" onClick={() => onOpen({ kind: "details", secret: row })}>
    {row.name}
    {row.hint && <span className="mono row-hint">{row.hint}</span>}
  </button>
);

const installs = (row: Secret): JSX.Element =>
  row.auto_install ? (
    <span className="yes">
      <Icon name="check" size={14} /> Yes
    </span>
  ) : (
    <span className="quiet">Only if declared</span>
  );

const descriptionCell = (row: Secret): JSX.Element =>
  row.description ? (
    <span className="clip" title={row.description}>
      {row.description}
    </span>
  ) : (
    <NotSet />
  );

interface RowMenuProps {
  row: Secret;
  me: Me;
  onOpen: OnOpen;
}

function RowMenu({ row, me, onOpen }: RowMenuProps): JSX.Element {
  return (
    <MenuProvider placement="bottom-end">
      <MenuButton className="icon-button" aria-label={`Actions for ${row.name}, ${scopeLabel(row.scope)}`}>
        <Icon name="dots" />
      </MenuButton>
      <Menu
        className="menu"
        gutter={4}
        portal
        portalElement={inMain}
        preserveTabOrder={false}
        // It gets the focus before it has its place; only a fixed one does not take the page along to the top.
        fixed
        unmountOnHide
      >
        <RowActions row={row} me={me} onOpen={onOpen} />
      </Menu>
    </MenuProvider>
  );
}

function RowActions({ row, me, onOpen }: RowMenuProps): JSX.Element {
  const locked = manageReason(me, row.scope);
  return (
    <>
      <Action
        icon="edit"
        label="Edit"
        reason={locked}
        onChoose={() => onOpen({ kind: "edit", secret: row })}
      />
      <Action
        icon="clone"
        label="Clone…"
        reason={locked}
        onChoose={() => onOpen({ kind: "clone", secret: row })}
      />
      <Action
        icon="history"
        label="History and roll back"
        onChoose={() => onOpen({ kind: "history", secret: row })}
      />
      <Action
        icon="play"
        label="Sessions that hold it"
        onChoose={() => navigate(href("boots", { scope: row.scope, name: row.name }))}
      />
      <MenuSeparator className="menu-line" />
      <Action
        icon="trash"
        label="Delete…"
        danger
        reason={locked}
        onChoose={() => onOpen({ kind: "delete", secret: row })}
      />
    </>
  );
}

interface ActionProps {
  icon: IconName;
  label: string;
  danger?: boolean;
  reason?: string | null;
  onChoose: () => void;
}

/** What is not allowed can be reached and read, with the reason, and does nothing. */
function Action({ icon, label, danger = false, reason = null, onChoose }: ActionProps): JSX.Element {
  return (
    <MenuItem
      className={`menu-item ${danger ? "danger" : ""}`}
      disabled={reason !== null}
      accessibleWhenDisabled
      onClick={onChoose}
    >
      <Icon name={icon} />
      <span>
        {label}
        {reason && <small>{reason}</small>}
      </span>
    </MenuItem>
  );
}

/** Menus open inside the page's main part, over the rows and not inside the one they belong to. */
const inMain = (): HTMLElement | null => document.querySelector("main");
