// Faults: switches that make AWS calls go wrong, and say what should happen then.
import { ActionResult } from '../parts/action-result.tsx';
import { useAction } from '../parts/use-action.ts';
import { callRuntime } from '../state/call-runtime.ts';
import { useConsole } from '../state/console-state.ts';
import { useLoaded } from '../state/use-loaded.ts';
import { serviceName } from '../words/format.ts';
import { FAULT_PRESETS, type FaultBody, type FaultPreset, ONE_OFFS, type OneOff } from './fault-presets.ts';

type Fault = FaultBody & { id: string; times?: number };

export function FaultsPage() {
  const version = useConsole((state) => state.live?.versions.faults);
  const { value: faults, error, reload } = useLoaded<Fault[]>('faults', version);
  const known = new Set(FAULT_PRESETS.flatMap((preset) => matching(preset, faults).map(({ id }) => id)));
  const others = (faults ?? []).filter(({ id }) => !known.has(id));
  return (
    <section class="page" aria-labelledby="page-title">
      <div class="head">
        <h1 id="page-title">Faults</h1>
        <p>A fault makes calls of the functions fail, until it is turned off. Send something and watch.</p>
      </div>
      {error && <p class="field-error">{error}</p>}
      <ul class="fault-list">
        {FAULT_PRESETS.map((preset) => (
          <Switch key={preset.name} preset={preset} on={matching(preset, faults)} onChange={reload} />
        ))}
      </ul>
      <h2>Once</h2>
      <ul class="fault-list">
        {ONE_OFFS.map((oneOff) => (
          <Once key={oneOff.name} oneOff={oneOff} />
        ))}
      </ul>
      {others.length > 0 && (
        <>
          <h2>Set by others</h2>
          <ul class="fault-list">
            {others.map((fault) => (
              <Other key={fault.id} fault={fault} onChange={reload} />
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

function matching({ fault }: FaultPreset, faults: Fault[] = []): Fault[] {
  return faults.filter(
    (one) =>
      one.service === fault.service &&
      one.operation === fault.operation &&
      one.kind === fault.kind &&
      one.function === fault.function,
  );
}

function Switch({ preset, on, onChange }: { preset: FaultPreset; on: Fault[]; onChange(): void }) {
  const action = useAction();
  const isOn = on.length > 0;
  const turn = () =>
    action.run(async () => {
      if (isOn) for (const { id } of on) await callRuntime('DELETE', `faults/${id}`);
      else await callRuntime('POST', 'faults', preset.fault);
      onChange();
      return undefined;
    });
  const { service, operation } = preset.fault;
  return (
    <li class={isOn ? 'is-on' : undefined}>
      <label class="switch">
        <input
          type="checkbox"
          role="switch"
          aria-checked={isOn}
          checked={isOn}
          disabled={action.isRunning}
          onChange={turn}
        />
        <b>{preset.name}</b>
        <span class={isOn ? 'warn' : 'quiet'}>{isOn ? 'On' : 'Off'}</span>
      </label>
      <p class="quiet">
        {serviceName(service)}, {operation === '*' ? 'every call' : operation}
        {preset.fault.function ? ` of ${preset.fault.function}` : ''}
      </p>
      <p>
        <b>What should happen:</b> {preset.expect}
      </p>
      <ActionResult action={action} />
    </li>
  );
}

function Once({ oneOff }: { oneOff: OneOff }) {
  const action = useAction();
  const run = () =>
    action.run(async () => {
      await callRuntime('POST', oneOff.path, oneOff.body);
      return 'Done.';
    });
  return (
    <li>
      <p class="line">
        <b class="grow">{oneOff.name}</b>
        <button type="button" class="button" disabled={action.isRunning} onClick={run}>
          {oneOff.button}
        </button>
      </p>
      <p>
        <b>What should happen:</b> {oneOff.expect}
      </p>
      <ActionResult action={action} />
    </li>
  );
}

function Other({ fault, onChange }: { fault: Fault; onChange(): void }) {
  const action = useAction();
  const remove = () =>
    action.run(async () => {
      await callRuntime('DELETE', `faults/${fault.id}`);
      onChange();
      return undefined;
    });
  return (
    <li class="is-on">
      <p class="line">
        <b class="grow">
          {fault.kind}: {serviceName(fault.service)}, {fault.operation}
        </b>
        <button type="button" class="button" onClick={remove}>
          Turn off
        </button>
      </p>
      <p class="quiet">
        {fault.function ?? 'every function'}
        {fault.times === undefined ? '' : `, ${fault.times} more times`}
      </p>
      <ActionResult action={action} />
    </li>
  );
}
