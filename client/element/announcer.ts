// What a screen reader says of new notifications: one sentence, at most every two seconds.
import type { Say } from './language.ts';

export const QUIET_MS = 2_000;

export interface Announcer {
  arrived(title: string): void;
  stop(): void;
}

export function announcer(say: () => Say, speak: (sentence: string) => void): Announcer {
  let waiting: string[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  const flush = () => {
    timer = undefined;
    if (waiting.length === 0) return;
    const sentence = say()('arrived', waiting.length, waiting[0]);
    waiting = [];
    speak(sentence);
    timer = setTimeout(flush, QUIET_MS);
  };
  return {
    arrived(title) {
      waiting.push(title);
      // A turn later, so that what comes together is one sentence.
      timer ??= setTimeout(flush, 0);
    },
    stop() {
      clearTimeout(timer);
      timer = undefined;
      waiting = [];
    },
  };
}
