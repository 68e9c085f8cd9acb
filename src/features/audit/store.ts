import { eq } from "drizzle-orm";
import { deleteSome, insertIfChanged, type Statement } from "../../platform/batch.ts";
import type { Db } from "../../platform/db.ts";
import type { Ids } from "../../platform/ids.ts";
import { audit } from "./table.ts";

/** Who did what to which thing; personal data stays out of it. */
export type AuditEntry = {
  readonly tenantId: string;
  readonly actor: string;
  readonly action: string;
  readonly subject: string;
  readonly at: number;
};

/** Makes the audit row of a change: written in the change's own batch, only if the statement before it hit its row. */
export function auditInsertion(db: Db, ids: Ids): (entry: AuditEntry) => Statement {
  return (entry) => insertIfChanged(db, audit, { id: ids("audit"), ...entry });
}

/** Removes a slice of what a tenant's people did. */
export const auditRemoval = (db: Db, tenantId: string, rows: number): Statement =>
  deleteSome(db, audit, eq(audit.tenantId, tenantId), rows);
