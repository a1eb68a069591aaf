import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PGlite } from '@electric-sql/pglite';
import { dataDir as newDatabase } from '@electric-sql/pglite-prepopulatedfs';
import { drizzle as drizzlePostgres } from 'drizzle-orm/node-postgres';
import { migrate as migratePostgres } from 'drizzle-orm/node-postgres/migrator';
import type { PgDatabase, PgQueryResultHKT } from 'drizzle-orm/pg-core';
import { drizzle as drizzlePglite } from 'drizzle-orm/pglite';
import { migrate as migratePglite } from 'drizzle-orm/pglite/migrator';
import { Pool } from 'pg';

/** A PostgreSQL database, on a server or embedded. The queries are the same for both drivers. */
export type Database = PgDatabase<PgQueryResultHKT>;

export interface OpenDatabase {
  readonly db: Database;
  readonly close: () => Promise<void>;
}

const migrationsFolder = fileURLToPath(new URL('../../migrations', import.meta.url));
const defaultFolder = fileURLToPath(new URL('../../.data', import.meta.url));

/** In place of a folder: the data is lost when the process exits. */
const IN_MEMORY = 'memory://';

/** Opens the database at `url`, or an embedded one without a URL, and runs the pending migrations. */
export async function openDatabase(url?: string, folder = defaultFolder): Promise<OpenDatabase> {
  return url ? openPostgres(url) : openEmbedded(folder);
}

async function openPostgres(connectionString: string): Promise<OpenDatabase> {
  const pool = new Pool({
    connectionString,
    connectionTimeoutMillis: 5_000,
    query_timeout: 10_000,
  });
  // Emitted when PostgreSQL closes an idle connection. The next query opens a new one.
  pool.on('error', (error) => {
    console.warn(`database: ${error.message}`);
  });
  const db = drizzlePostgres(pool);
  await migratePostgres(db, { migrationsFolder });
  return { db, close: () => pool.end() };
}

async function openEmbedded(folder: string): Promise<OpenDatabase> {
  if (folder !== IN_MEMORY) await mkdir(folder, { recursive: true });
  // Unpacking a prepared empty database is faster than creating one.
  const isNew = !existsSync(join(folder, 'PG_VERSION'));
  const client = await PGlite.create(folder, isNew ? { loadDataDir: await newDatabase() } : {});
  const db = drizzlePglite(client);
  await migratePglite(db, { migrationsFolder });
  return { db, close: () => client.close() };
}
