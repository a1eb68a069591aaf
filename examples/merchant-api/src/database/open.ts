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

/** PostgreSQL, wherever it runs: the same queries for both drivers. */
export type Database = PgDatabase<PgQueryResultHKT>;

export interface OpenDatabase {
  readonly db: Database;
  readonly close: () => Promise<void>;
}

const migrationsFolder = fileURLToPath(new URL('../../migrations', import.meta.url));
const defaultFolder = fileURLToPath(new URL('../../.data', import.meta.url));

/** Instead of a folder: nothing outlives the process. */
const IN_MEMORY = 'memory://';

/** Opens the database at `url`, else one embedded in this process, and brings its tables up to date. */
export async function openDatabase(url?: string, folder = defaultFolder): Promise<OpenDatabase> {
  return url ? openPostgres(url) : openEmbedded(folder);
}

async function openPostgres(connectionString: string): Promise<OpenDatabase> {
  const pool = new Pool({
    connectionString,
    connectionTimeoutMillis: 5_000,
    query_timeout: 10_000,
  });
  // A connection that PostgreSQL closes while nobody uses it; the next query opens another.
  pool.on('error', (error) => {
    console.warn(`database: ${error.message}`);
  });
  const db = drizzlePostgres(pool);
  await migratePostgres(db, { migrationsFolder });
  return { db, close: () => pool.end() };
}

async function openEmbedded(folder: string): Promise<OpenDatabase> {
  if (folder !== IN_MEMORY) await mkdir(folder, { recursive: true });
  // Unpacking a new database is quicker than creating one.
  const isNew = !existsSync(join(folder, 'PG_VERSION'));
  const client = await PGlite.create(folder, isNew ? { loadDataDir: await newDatabase() } : {});
  const db = drizzlePglite(client);
  await migratePglite(db, { migrationsFolder });
  return { db, close: () => client.close() };
}
