import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { PGlite } from '@electric-sql/pglite';
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils';
import * as glue from '@prisma/schema-engine-wasm/schema_engine_bg';
import { PrismaPGlite } from 'pglite-prisma-adapter';

/*
 * Prisma's schema engine without its binary: what `prisma migrate diff --script` says.
 */

declare const WebAssembly: {
  instantiate(bytes: Uint8Array, imports: object): Promise<{ instance: { exports: Record<string, () => void> } }>;
};

const HEADER = 'datasource db {\n  provider = "postgresql"\n}\n';

/**
 * The SQL that a database with these migrations still needs to be what the models say.
 *
 * @param scratch A database to try the migrations in.
 */
export async function sqlMissing(models: string, migrations: Record<string, string>, scratch: PGlite): Promise<string> {
  const content = HEADER + models;
  const { SchemaEngine } = await loaded();
  const adapter = bindMigrationAwareSqlAdapterFactory(new PrismaPGlite(scratch) as never);
  const engine = await SchemaEngine.new({ datamodels: [['schema.prisma', content]] }, () => {}, adapter);
  const migrationDirectories = Object.entries(migrations).map(([path, value]) => ({
    path,
    migrationFile: { path: 'migration.sql', content: { tag: 'ok' as const, value } },
  }));
  const lockfile = { path: 'migration_lock.toml', content: 'provider = "postgresql"\n' };
  const { stdout } = await engine.diff({
    from: { tag: 'migrations', baseDir: 'migrations', lockfile, migrationDirectories, shadowDbInitScript: '' },
    to: { tag: 'schemaDatamodel', files: [{ path: 'schema.prisma', content }] },
    script: true,
    exitCode: null,
    filters: { externalTables: [], externalEnums: [] },
  });
  return stdout ?? '';
}

let engine: Promise<typeof glue> | undefined;

function loaded(): Promise<typeof glue> {
  engine ??= (async () => {
    const file = createRequire(import.meta.url).resolve('@prisma/schema-engine-wasm');
    const bytes = readFileSync(file.replace('schema_engine.js', 'schema_engine_bg.wasm'));
    const { instance } = await WebAssembly.instantiate(bytes, { './schema_engine_bg.js': glue });
    glue.__wbg_set_wasm(instance.exports);
    instance.exports.__wbindgen_start!();
    return glue;
  })();
  return engine;
}
