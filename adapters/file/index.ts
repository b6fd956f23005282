import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { SnapshotStore } from '../../src/storage/snapshot-store';

export type { SnapshotStore };

/**
 * Keeps the snapshot in a file. A new one is written beside it as `….part`, brought to the disk and put in its place: a
 * crash leaves the one before. Readable by its owner alone. Folders that are missing are made.
 */
export function snapshotFile(path: string): SnapshotStore {
  return {
    async load() {
      try {
        return await readFile(path);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
        throw error;
      }
    },
    async save(bytes) {
      await mkdir(dirname(path), { recursive: true });
      const part = `${path}.part`;
      const file = await open(part, 'w', 0o600);
      try {
        await file.writeFile(bytes);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(part, path);
    },
  };
}
