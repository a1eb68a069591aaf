import { useState } from 'preact/hooks';
import type { Overview } from '../overview-data.js';
import { FAULT_PRESETS } from '../presets.js';
import { send } from './api.js';

interface FaultsProps {
  faults: Overview['faults'];
  /** Reads the overview again. */
  refresh: () => Promise<void>;
}

/** The faults that are ready to be switched on, and all others that are on. */
export function Faults({ faults, refresh }: FaultsProps) {
  const isPreset = (name: string | undefined) => FAULT_PRESETS.some((one) => one.name === name);
  return (
    <section class="card" aria-labelledby="faults">
      <h2 id="faults">Faults</h2>
      <ul class="switches">
        {FAULT_PRESETS.map((preset) => (
          <Switch
            key={preset.name}
            label={preset.name}
            on={faults.filter(({ name }) => name === preset.name)}
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
              on={[fault]}
              refresh={refresh}
            />
          ))}
      </ul>
    </section>
  );
}

interface SwitchProps {
  label: string;
  /** What is on of it: several when it was switched on in several places. */
  on: Overview['faults'];
  add?: () => Promise<unknown>;
  refresh: () => Promise<void>;
}

function Switch({ label, on, add, refresh }: SwitchProps) {
  /** What it is being switched to, until the overview shows it. */
  const [wanted, setWanted] = useState<boolean>();
  const struck = on.reduce((sum, fault) => sum + fault.struck, 0);

  const change = async () => {
    setWanted(on.length === 0);
    const calls: Promise<unknown>[] = on.map(({ id }) => send('DELETE', `/_emulator/faults/${id}`));
    if (!on.length && add) calls.push(add());
    // When one fails, the page says so as soon as it reads the overview.
    await Promise.allSettled(calls);
    await refresh();
    setWanted(undefined);
  };

  return (
    <li>
      <label class="checkbox">
        <input
          type="checkbox"
          checked={wanted ?? on.length > 0}
          // Not disabled, which would take focus away.
          aria-disabled={wanted !== undefined}
          onClick={(event) => {
            if (wanted !== undefined) event.preventDefault();
          }}
          onChange={() => void change()}
        />
        {label}
        {struck > 0 && <span class="badge warn">struck {struck}</span>}
      </label>
    </li>
  );
}
