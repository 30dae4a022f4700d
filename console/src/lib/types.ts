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
  /** False where only details changed. */
  value_changed?: boolean;
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
  /** Null in a preview. */
  session_id: string | null;
  user: string;
  project: string | null;
  environment: string | null;
  vm_id: string | null;
  created_at: string;
  secrets: ReceiptSecret[];
  /** Variables that come from the environment's defaults. */
  defaults?: string[];
  /** In a preview: why the boot would be refused. */
  missing_required?: string[];
}

export interface AuditEvent {
  id: string;
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
  /** Of a boot: what became of each secret. */
  secrets?: ReceiptSecret[];
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
