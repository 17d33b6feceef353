// The form as code, in the language of one's choice; the line of an invalid field is marked.
import { useState } from 'preact/hooks';
import { Choice } from '../parts/choice.tsx';
import { CodeBox } from '../parts/code-box.tsx';
import { CopyButton } from '../parts/copy-button.tsx';
import { nowMs, useConsole } from '../state/console-state.ts';
import { codeFor, LANGUAGES, type Language } from './code-samples.ts';
import type { Draft } from './draft.ts';
import type { Field, Problems } from './field-problems.ts';

/** How each field is called in the code. */
const NAMES: Partial<Record<Field, RegExp>> = {
  to: /\b(user_ids?|topic)\b/,
  type: /\bnotification_type\b/,
  title: /^\s*"?title\b/,
  message: /^\s*"?message\b/,
  payload: /^\s*"?payload\b/,
  deliver: /\bdeliver_at\b/,
  expires: /\bexpires_at\b/,
  id: /^\s*"?id\b/,
  ack: /\brequires_ack\b/,
};

export function SendCode({ draft, problems }: { draft: Draft; problems: Problems }) {
  const [language, setLanguage] = useState<Language>('typescript');
  const outputs = useConsole((state) => state.outputs);
  const lines = codeFor(language, draft, outputs, nowMs());
  const wrong = (Object.keys(problems) as Field[]).flatMap((field) => NAMES[field] ?? []);
  return (
    <div class="send-code">
      <div class="send-code-bar">
        <Choice<Language>
          label="Language"
          name="language"
          value={language}
          options={LANGUAGES}
          onChange={setLanguage}
        />
        <CopyButton text={lines.join('\n')} what="the code" />
      </div>
      <CodeBox label="The form as code">
        {lines.map((line, at) => {
          const isWrong = wrong.some((name) => name.test(line));
          return isWrong ? <mark key={at}>{`${line}\n`}</mark> : <span key={at}>{`${line}\n`}</span>;
        })}
      </CodeBox>
    </div>
  );
}
