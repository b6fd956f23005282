import mitt from 'mitt';
import type { ItemEventBus } from './api';
import { type Logger, silentLogger } from './runtime';
import type { ItemEventPayload, ItemEventType } from './types';

/** An emitter whose listeners cannot hurt each other or the emitting side: one that throws is logged. */
export interface SafeEmitter<Events extends Record<string, unknown>> {
  on<K extends keyof Events>(type: K, handler: (event: Events[K]) => void): void;
  off<K extends keyof Events>(type: K, handler: (event: Events[K]) => void): void;
  emit<K extends keyof Events>(type: K, event: Events[K]): void;
  readonly listeners: number;
}

export function safeEmitter<Events extends Record<string, unknown>>(logger: Logger): SafeEmitter<Events> {
  const emitter = mitt<Record<string, unknown>>();
  // mitt runs handlers bare: one that throws would stop the later ones and escape from emit.
  const wrapped = new Map<unknown, Map<unknown, (event: unknown) => void>>();
  return {
    on(type, handler) {
      const safe = (event: unknown) => {
        try {
          const result: unknown = handler(event as Events[typeof type]);
          if (result instanceof Promise)
            result.catch((error: unknown) => logger('error', `A listener of ${String(type)} failed.`, { error }));
        } catch (error) {
          logger('error', `A listener of ${String(type)} failed.`, { error });
        }
      };
      const ofType = wrapped.get(type) ?? new Map();
      if (ofType.has(handler)) return;
      wrapped.set(type, ofType.set(handler, safe));
      emitter.on(type as string, safe);
    },
    off(type, handler) {
      const safe = wrapped.get(type)?.get(handler);
      if (!safe) return;
      wrapped.get(type)!.delete(handler);
      emitter.off(type as string, safe);
    },
    emit: (type, event) => emitter.emit(type as string, event),
    get listeners() {
      return [...wrapped.values()].reduce((sum, { size }) => sum + size, 0);
    },
  };
}

type BusEvents = Record<ItemEventType, ItemEventPayload> & {
  '*': { type: ItemEventType; payload: ItemEventPayload };
};

/**
 * The bus on which a host says what happened to its items. An engine attaches with `engine.listen(emitter)`; other
 * listeners may do so, too, and one that throws hurts nobody else.
 */
export class ItemEventEmitter implements ItemEventBus {
  readonly #emitter: SafeEmitter<BusEvents>;
  readonly #wildcards = new Map<AnyItemEventHandler, (event: BusEvents['*']) => void>();

  /** @param logger Told of listeners that throw. @defaultValue silent */
  constructor(logger: Logger = silentLogger) {
    this.#emitter = safeEmitter<BusEvents>(logger);
  }

  emitItemCreated(payload: ItemEventPayload): void {
    this.#emit('item:created', payload);
  }

  emitItemUpdated(payload: ItemEventPayload): void {
    this.#emit('item:updated', payload);
  }

  emitItemDeleted(payload: ItemEventPayload): void {
    this.#emit('item:deleted', payload);
  }

  on(type: '*', handler: AnyItemEventHandler): void;
  on(type: ItemEventType, handler: (payload: ItemEventPayload) => void): void;
  on(type: ItemEventType | '*', handler: AnyItemEventHandler | ((payload: ItemEventPayload) => void)): void {
    if (type !== '*') {
      this.#emitter.on(type, handler as (payload: ItemEventPayload) => void);
      return;
    }
    const any = handler as AnyItemEventHandler;
    if (this.#wildcards.has(any)) return;
    const spread = ({ type: happened, payload }: BusEvents['*']) => any(happened, payload);
    this.#wildcards.set(any, spread);
    this.#emitter.on('*', spread);
  }

  off(type: '*', handler: AnyItemEventHandler): void;
  off(type: ItemEventType, handler: (payload: ItemEventPayload) => void): void;
  off(type: ItemEventType | '*', handler: AnyItemEventHandler | ((payload: ItemEventPayload) => void)): void {
    if (type !== '*') {
      this.#emitter.off(type, handler as (payload: ItemEventPayload) => void);
      return;
    }
    const spread = this.#wildcards.get(handler as AnyItemEventHandler);
    if (!spread) return;
    this.#wildcards.delete(handler as AnyItemEventHandler);
    this.#emitter.off('*', spread);
  }

  #emit(type: ItemEventType, payload: ItemEventPayload): void {
    this.#emitter.emit(type, payload);
    this.#emitter.emit('*', { type, payload });
  }
}

/** Hears of every item event. */
export type AnyItemEventHandler = (type: ItemEventType, payload: ItemEventPayload) => void;
