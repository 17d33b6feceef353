// A JSON text, indented where it is JSON, as it is where it is not.
import { CodeBox } from './code-box.tsx';

export function JsonBlock({ text, label }: { text: string; label: string }) {
  return <CodeBox label={label}>{indented(text)}</CodeBox>;
}

export function indented(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text; // Cut, or no JSON at all.
  }
}
