// Which device of the user this browser is, kept in this browser.

export interface Registration {
  id: string;
  endpoint: string;
  /** Whose it is, and in which organisation. */
  owner: string;
  /** Unix milliseconds. */
  at: number;
}

const KEY = 'carillon:web-push';

export function keptRegistration(): Registration | undefined {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? 'null') ?? undefined;
  } catch {
    // Storage is blocked or holds something else: it is registered again when the user asks for it.
    return undefined;
  }
}

export function keepRegistration(registration: Registration): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(registration));
  } catch {
    // Blocked or full: the server has it, and forgets it when the subscription ends.
  }
}

export function forgetRegistration(): void {
  try {
    localStorage.removeItem(KEY);
  } catch {
    // Blocked: then nothing was kept.
  }
}
