/** The typed arrays that columns are made of. */
export type Column =
  | Uint8Array<ArrayBuffer>
  | Int8Array<ArrayBuffer>
  | Int16Array<ArrayBuffer>
  | Uint16Array<ArrayBuffer>
  | Int32Array<ArrayBuffer>
  | Uint32Array<ArrayBuffer>
  | Float32Array<ArrayBuffer>
  | Float64Array<ArrayBuffer>;

/** A longer copy of a typed array, the new part filled with `rest`. */
export function grown<A extends Column>(array: A, length: number, rest = 0): A {
  const bigger = new (array.constructor as new (length: number) => A)(length);
  bigger.set(array);
  if (rest !== 0) bigger.fill(rest, array.length);
  return bigger;
}
