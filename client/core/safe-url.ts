// Which URLs of a payload may become a link: a scheme allow-list, because a payload is another user's text.

export const SAFE_SCHEMES: readonly string[] = ['https:', 'http:', 'mailto:', 'tel:'];

/** The absolute URL, or undefined for anything that is no URL or has another scheme, such as `javascript:`. */
export function safeUrl(value: unknown, schemes: readonly string[] = SAFE_SCHEMES): string | undefined {
  if (typeof value !== 'string' || value === '') return undefined;
  try {
    const url = new URL(value, typeof document === 'object' ? document.baseURI : undefined);
    return schemes.includes(url.protocol) ? url.href : undefined;
  } catch {
    return undefined;
  }
}
