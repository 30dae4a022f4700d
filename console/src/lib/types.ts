// The API's answers, field by field as the contract names them.

export interface Secret {
  name: string;
  env_name: string;
  scope: string;
  description: string | null;
  auto_install: boolean;
  instructions_safe: boolean;
  hint: string | null;
  version: string;
  created_at: string;
  created_by: string;
  updated_at: string;
  updated_by: string;
  last_injected_at: string | null;
}

export interface Page<T> {
  items: T[];
  next_cursor: string | null;
}

export interface Me {
  org: string;
  user: string;
  permissions: string[];
  /** Slugs the caller sees; "*" or null means all of the org's. */
  projects: string[] | "*" | null;
}

export interface Version {
  version: string;
  hint: string | null;
  created_at?: string;
  created_by?: string;
  updated_at?: string;
  updated_by?: string;
  description?: string | null;
  current?: boolean;
}

export type Status = "injected" | "shadowed" | "disabled" | "undeclared" | "missing" | "rejected";

export interface ReceiptSecret {
  name: string;
  env_name: string;
  scope: string | null;
  version: string | null;
  status: Status;
}

export interface Receipt {
  session_id: string;
  user: string;
  project: string | null;
  environment: string | null;
  vm_id: string | null;
  created_at: string;
  secrets: ReceiptSecret[];
}

export interface AuditEvent {
  event_id?: string;
  time: string;
  actor: string;
  action: string;
  /** `ok` or an error's code. */
  outcome: string;
  scope?: string | null;
  name?: string | null;
  env_name?: string | null;
  version?: string | null;
  source_ip?: string | null;
  user_agent?: string | null;
  details?: Record<string, unknown> | null;
}

export interface Environment {
  name: string;
  variables: Record<string, string>;
  version: string;
  updated_at: string;
  updated_by: string;
  description?: string | null;
  /** A version that records a deletion. */
  deleted?: boolean;
}

export type PlanStatus = "created" | "updated" | "skipped" | "conflict" | "reserved" | "invalid";

export interface PlanEntry {
  name: string;
  env_name?: string | null;
  status: PlanStatus;
  message?: string | null;
}
