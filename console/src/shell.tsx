// The frame around every screen: places to go, who is here, light or dark.
import { Dialog } from "@ariakit/react/dialog";
import { type ComponentType, type JSX, type ReactNode, useEffect, useRef, useState } from "react";
import { href, type ScreenName, SCREENS, useRoute } from "./lib/router";
import { may, type Permission, useSession } from "./lib/session";
import { applyTheme, storedTheme, type Theme } from "./lib/theme";
import { SecretsScreen } from "./screens/secrets/screen";
import { IconButton } from "./ui/controls";
import { Icon, type IconName, Logo } from "./ui/icons";
import { later } from "./ui/later";
import { Empty, Loading } from "./ui/states";

interface Place {
  label: string;
  icon: IconName;
  screen: ComponentType;
  needs?: Permission;
}

/** A screen that is loaded when somebody goes there. */
function screen(label: string, load: () => Promise<{ default: ComponentType }>): ComponentType {
  const around = (problem: ReactNode): JSX.Element => (
    <div className="screen">
      <h1>{label}</h1>
      {problem}
    </div>
  );
  return later(load, { waiting: <Loading what={label} />, around });
}

const PLACES: Record<ScreenName, Place> = {
  secrets: { label: "Secrets", icon: "key", screen: SecretsScreen },
  boots: {
    label: "Boots",
    icon: "play",
    screen: screen("Boots", () => import("./screens/boots")),
  },
  preview: { label: "Preview", icon: "eye", screen: screen("Preview", () => import("./screens/preview")) },
  environments: {
    label: "Environments",
    icon: "layers",
    screen: screen("Environments", () => import("./screens/environments/screen")),
    needs: "secrets:read",
  },
  audit: {
    label: "Audit",
    icon: "scroll",
    screen: screen("Audit", () => import("./screens/audit")),
    needs: "audit:read",
  },
};

export function Shell(): JSX.Element {
  const { screen } = useRoute();
  const main = useRef<HTMLElement>(null);
  useTitle(screen, main);
  return (
    <div className="shell">
      <button type="button" className="skip" onClick={() => main.current?.focus()}>
        Skip to content
      </button>
      <aside className="sidebar">
        <Brand />
        <Places current={screen} />
        <Account />
      </aside>
      <Topbar current={screen} />
      <main ref={main} tabIndex={-1} key={screen}>
        <Screen name={screen} />
      </main>
    </div>
  );
}

function Screen({ name }: { name: ScreenName }): JSX.Element {
  const { me } = useSession();
  const { needs, label, screen: Chosen } = PLACES[name];
  if (!needs || may(me, needs)) return <Chosen />;
  return (
    <div className="screen">
      <h1>{label}</h1>
      <Empty icon="lock" title={`${label} is not open to you`}>
        It needs the permission <code className="mono">{needs}</code>. Someone who manages sign-in for{" "}
        {me.org} can give it to you.
      </Empty>
    </div>
  );
}

/** Name the page, and after a change of screen start reading at its beginning. */
function useTitle(screen: ScreenName, main: { current: HTMLElement | null }): void {
  const first = useRef(true);
  useEffect(() => {
    document.title = `${PLACES[screen].label} · Bootseal`;
    if (!first.current) main.current?.focus({ preventScroll: true });
    if (!first.current) scrollTo(0, 0);
    first.current = false;
  }, [screen, main]);
}

const Brand = (): JSX.Element => (
  <a className="brand" href={href("secrets")}>
    <Logo />
    <span>Bootseal</span>
  </a>
);

function Places({ current, onGo }: { current: ScreenName; onGo?: () => void }): JSX.Element {
  const { me } = useSession();
  return (
    <nav aria-label="Main">
      <ul className="places">
        {SCREENS.map((name) => {
          const { label, icon, needs } = PLACES[name];
          const closed = needs !== undefined && !may(me, needs);
          return (
            <li key={name}>
              <a
                href={href(name)}
                className="place"
                aria-current={name === current ? "page" : undefined}
                onClick={onGo}
                title={closed ? `Needs the permission ${needs}` : undefined}
              >
                <Icon name={icon} />
                <span>{label}</span>
                {closed && (
                  <span className="place-lock">
                    <Icon name="lock" size={13} />
                    <span className="sr-only">, needs the permission {needs}</span>
                  </span>
                )}
              </a>
            </li>
          );
        })}
      </ul>
    </nav>
  );
}

function Account(): JSX.Element {
  const { me, name, signOut } = useSession();
  return (
    <div className="account">
      <ThemeChoice />
      <div className="who">
        <span className="avatar" aria-hidden="true">
          {(name ?? me.org).slice(0, 1).toUpperCase()}
        </span>
        <div className="who-text">
          <strong title={me.user}>{name ?? `${me.user.slice(0, 8)}…`}</strong>
          <span>{me.org}</span>
        </div>
        <IconButton icon="out" label="Sign out" onClick={signOut} />
      </div>
    </div>
  );
}

const THEMES: readonly { theme: Theme; label: string; icon: IconName }[] = [
  { theme: "light", label: "Light", icon: "sun" },
  { theme: "system", label: "As the system", icon: "system" },
  { theme: "dark", label: "Dark", icon: "moon" },
];

function ThemeChoice(): JSX.Element {
  const [chosen, setChosen] = useState(storedTheme);
  const choose = (theme: Theme): void => {
    applyTheme(theme);
    setChosen(theme);
  };
  return (
    <fieldset className="themes">
      <legend className="sr-only">Appearance</legend>
      {THEMES.map(({ theme, label, icon }) => (
        <label key={theme} title={label}>
          <input
            type="radio"
            name="theme"
            className="sr-only"
            checked={chosen === theme}
            onChange={() => choose(theme)}
          />
          <Icon name={icon} size={14} />
          <span className="sr-only">{label}</span>
        </label>
      ))}
    </fieldset>
  );
}

function Topbar({ current }: { current: ScreenName }): JSX.Element {
  const [open, setOpen] = useState(false);
  return (
    <header className="topbar">
      <Brand />
      <button
        type="button"
        className="icon-button"
        aria-label="Menu"
        aria-expanded={open}
        onClick={() => setOpen(true)}
      >
        <Icon name="menu" size={18} />
      </button>
      <Dialog
        open={open}
        onClose={() => setOpen(false)}
        className="drawer"
        aria-label="Menu"
        backdrop={<div className="backdrop" />}
        unmountOnHide
      >
        <Places current={current} onGo={() => setOpen(false)} />
        <Account />
      </Dialog>
    </header>
  );
}
