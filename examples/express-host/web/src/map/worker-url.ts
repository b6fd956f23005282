interface Policy {
  createScriptURL(url: string): string;
}

/** Trusted types, which the DOM's declarations do not know yet. */
declare const trustedTypes:
  | { createPolicy(name: string, rules: { createScriptURL(url: string): string }): Policy }
  | undefined;

const policy =
  typeof trustedTypes === 'undefined'
    ? undefined
    : trustedTypes.createPolicy('barterloop', { createScriptURL: ownUrl });

/** The address of a worker of this page's own, as the page's policy wants it said. */
export function workerUrl(path: string): string {
  const { href } = new URL(path, location.href);
  return policy?.createScriptURL(href) ?? href;
}

function ownUrl(url: string): string {
  if (new URL(url).origin !== location.origin) throw new TypeError('Only scripts of this page are run.');
  return url;
}
