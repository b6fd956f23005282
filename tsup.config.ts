import { readFile, writeFile } from 'node:fs/promises';
import { defineConfig, type Options } from 'tsup';

/**
 * Sucrase, which makes CommonJS of the shared chunks, would turn import() into require(), and that takes neither a URL
 * nor every module: it is shown another name, which is put back in the files that are written.
 */
const keepImports: NonNullable<Options['plugins']>[number] = {
  name: 'keep-imports',
  renderChunk(code) {
    return this.format === 'cjs' ? { code: code.replaceAll(/\bimport\(/g, 'keep_import(') } : undefined;
  },
  async buildEnd({ writtenFiles }) {
    if (this.format !== 'cjs') return;
    for (const { name } of writtenFiles) {
      const code = await readFile(name, 'utf8');
      if (code.includes('keep_import(')) await writeFile(name, code.replaceAll('keep_import(', 'import('));
    }
  },
};

/** What the package exports. */
const entry = {
  index: 'src/index.ts',
  testing: 'src/testing/index.ts',
  'adapters/mail': 'adapters/mail/index.ts',
  'adapters/prisma': 'adapters/prisma/index.ts',
  'adapters/file': 'adapters/file/index.ts',
  'adapters/socket-io': 'adapters/socket-io/index.ts',
};

export default defineConfig({
  // The threads of the market and of clearing are not exported: the library starts them by their address.
  entry: { ...entry, worker: 'src/market-port/worker.ts', 'clearing-worker': 'src/clearing/worker.ts' },
  format: ['esm', 'cjs'],
  target: 'node20',
  // Shared chunks, so that every subpath sees one and the same BarterError class.
  splitting: true,
  // import.meta.url in CommonJS, too: the worker's file is found beside this one.
  shims: true,
  dts: { entry },
  clean: true,
  plugins: [keepImports],
});
