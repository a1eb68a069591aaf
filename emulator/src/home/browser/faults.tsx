import { useState } from 'preact/hooks';
import type { Overview } from '../overview-data.js';
import { FAULT_PRESETS } from '../presets.js';
import { send } from './api.js';

interface FaultsProps {
  faults: Overview['faults'];
  /** Fetches the overview again. */
  refresh: () => Promise<void>;
}

/** The preset faults, and all other active faults. */
export function Faults({ faults, refresh }: FaultsProps) {
  const isPreset = (name: string | undefined) =>
    FAULT_PRESETS.some((preset) => preset.name === name);
  return (
    <section class="card" aria-labelledby="faults">
      <h2 id="faults">Faults</h2>
      <ul class="switches">
        {FAULT_PRESETS.map((preset) => (
          <Switch
            key={preset.name}
            label={preset.name}
            active={faults.filter(({ name }) => name === preset.name)}
            add={() => send('POST', '/_emulator/faults', preset)}
            refresh={refresh}
          />
        ))}
        {faults
          .filter(({ name }) => !isPreset(name))
          .map((fault) => (
            <Switch
              key={fault.id}
              label={fault.name ?? `${fault.method ?? 'Any'} ${fault.route}`}
              active={[fault]}
              refresh={refresh}
            />
          ))}
      </ul>
    </section>
  );
}

interface SwitchProps {
  label: string;
  /** The active faults of this name. There are several when it was activated more than once. */
  active: Overview['faults'];
  add?: () => Promise<unknown>;
  refresh: () => Promise<void>;
}

function Switch({ label, active, add, refresh }: SwitchProps) {
  /** The new state while the change is in progress. */
  const [pending, setPending] = useState<boolean>();
  const struck = active.reduce((sum, fault) => sum + fault.struck, 0);

  const change = async () => {
    setPending(active.length === 0);
    const calls: Promise<unknown>[] = active.map(({ id }) =>
      send('DELETE', `/_emulator/faults/${id}`),
    );
    if (!active.length && add) calls.push(add());
    // Errors are ignored: when the emulator is unreachable, `App` shows that.
    await Promise.allSettled(calls);
    await refresh();
    setPending(undefined);
  };

  return (
    <li>
      <label class="checkbox">
        <input
          type="checkbox"
          checked={pending ?? active.length > 0}
          // Not `disabled`, which would lose the focus.
          aria-disabled={pending !== undefined}
          onClick={(event) => {
            if (pending !== undefined) event.preventDefault();
          }}
          onChange={() => void change()}
        />
        {label}
        {struck > 0 && <span class="badge warn">struck {struck}</span>}
      </label>
    </li>
  );
}
