// Buttons, fields and switches. Names and descriptions are wired here once, so that no screen forgets them.
import { Tooltip, TooltipAnchor, TooltipProvider } from "@ariakit/react/tooltip";
import { type ComponentProps, type JSX, type ReactNode, useId } from "react";
import { Icon, type IconName } from "./icons";

type Look = "primary" | "secondary" | "ghost" | "danger";

interface ButtonProps extends ComponentProps<"button"> {
  look?: Look;
  icon?: IconName | undefined;
  busy?: boolean;
}

export function Button({
  look = "secondary",
  icon,
  busy = false,
  children,
  ...rest
}: ButtonProps): JSX.Element {
  return (
    <button type="button" className={`button ${look}`} aria-busy={busy || undefined} {...rest}>
      {busy ? <span className="spinner" aria-hidden="true" /> : icon && <Icon name={icon} />}
      <span>{children}</span>
    </button>
  );
}

/** A button of one picture; its name shows on hover and focus. */
export function IconButton({
  icon,
  label,
  ...rest
}: { icon: IconName; label: string } & ComponentProps<"button">): JSX.Element {
  return (
    <TooltipProvider timeout={350}>
      <TooltipAnchor render={<button type="button" className="icon-button" aria-label={label} {...rest} />}>
        <Icon name={icon} />
      </TooltipAnchor>
      <Tooltip className="tooltip" gutter={6}>
        {label}
      </Tooltip>
    </TooltipProvider>
  );
}

interface FieldIds {
  id: string;
  "aria-describedby": string | undefined;
  "aria-invalid": true | undefined;
}

interface FieldProps {
  label: string;
  hint?: ReactNode;
  error?: string | null | undefined;
  optional?: boolean;
  children: (ids: FieldIds) => ReactNode;
}

/** A labelled control with its hint and its error, both read out with it. */
export function Field({ label, hint, error, optional = false, children }: FieldProps): JSX.Element {
  const id = useId();
  const described = [hint ? `${id}-hint` : null, error ? `${id}-error` : null].filter(Boolean).join(" ");
  return (
    <div className="field">
      <label htmlFor={id}>
        {label}
        {optional && <span className="optional"> optional</span>}
      </label>
      {children({ id, "aria-describedby": described || undefined, "aria-invalid": error ? true : undefined })}
      {hint && (
        <div className="hint" id={`${id}-hint`}>
          {hint}
        </div>
      )}
      <div className="field-error" id={`${id}-error`} role={error ? "alert" : undefined}>
        {error && (
          <>
            <Icon name="warn" size={14} />
            <span>{error}</span>
          </>
        )}
      </div>
    </div>
  );
}

/** Nothing a browser or a password manager should remember or fill in. */
export const UNREMEMBERED = {
  autoComplete: "off",
  autoCapitalize: "off",
  autoCorrect: "off",
  spellCheck: false,
  "data-1p-ignore": "",
  "data-lpignore": "true",
  "data-bwignore": "",
  "data-form-type": "other",
} as const;

interface SwitchProps {
  label: string;
  hint: ReactNode;
  checked: boolean;
  onChange: (checked: boolean) => void;
}

export function Switch({ label, hint, checked, onChange }: SwitchProps): JSX.Element {
  const id = useId();
  return (
    <div className="switch-row">
      <input
        id={id}
        type="checkbox"
        role="switch"
        className="switch"
        checked={checked}
        aria-describedby={`${id}-hint`}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
      <div>
        <label htmlFor={id}>{label}</label>
        <div className="hint" id={`${id}-hint`}>
          {hint}
        </div>
      </div>
    </div>
  );
}

export interface Option {
  value: string;
  label: string;
}

/** The platform's own select: it is the one every screen reader, phone and keyboard knows. */
export function Choice({
  options,
  ...rest
}: { options: readonly Option[] } & ComponentProps<"select">): JSX.Element {
  return (
    <span className="choice">
      <select {...rest}>
        {options.map(({ value, label }) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </select>
      <Icon name="chevron" size={14} />
    </span>
  );
}
