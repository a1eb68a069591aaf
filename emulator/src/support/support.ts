import { EVENT_TYPE } from '../api/enumerations.js';
import { unsupportedMembers, members } from '../chargebee-js/members.js';
import { isChargebeeEvent } from '../store/event-types.js';
import { CHARGEBEE_CALLS, CHARGEBEE_PARAMETERS } from './chargebee-api.js';

/** A call of Chargebee's API. */
export interface CallSupport {
  /** Such as `POST /customers/{id}`. */
  call: string;
  emulated: boolean;
  /** The parameters of Chargebee that the emulator supports. */
  supported: readonly string[];
  ignored: readonly string[];
}

/** The parts of Chargebee that the emulator supports and lacks. */
export interface Support {
  /** Grouped by the first segment of the path. */
  groups: { name: string; calls: CallSupport[] }[];
  events: { emulated: string[]; missing: string[] };
  members: { emulated: readonly string[]; missing: readonly string[] };
}

/** Collects the support data from the emulator's own tables. */
export function readSupport(): Support {
  const calls = CHARGEBEE_CALLS.map((call) => {
    const parameters = CHARGEBEE_PARAMETERS[call];
    return {
      call,
      emulated: parameters !== undefined,
      supported: parameters?.supported ?? [],
      ignored: parameters?.ignored ?? [],
    };
  });
  const names = [...new Set(calls.map(groupOf))].sort();
  return {
    groups: names.map((name) => ({
      name,
      calls: calls.filter((call) => groupOf(call) === name),
    })),
    events: {
      emulated: EVENT_TYPE.filter(isChargebeeEvent),
      missing: EVENT_TYPE.filter((type) => !isChargebeeEvent(type)),
    },
    members: { emulated: members, missing: unsupportedMembers },
  };
}

const groupOf = ({ call }: { call: string }): string => call.split('/')[1] ?? '';
