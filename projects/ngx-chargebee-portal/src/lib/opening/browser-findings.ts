/** In the tab's session storage, so that the first opening after a reload does not fail again. */
const FRAME_KEY = 'ngx-chargebee-portal.frame-login';

/** Restrictions of this browser that earlier openings have found: blocked windows and blocked cookies. */
export class BrowserFindings {
  /** How many windows in a row were blocked. */
  blockedWindows = 0;
  #cannotLogInWithinFrame = false;

  /** Whether the last two windows were blocked, as in a web view, which cannot open any. */
  get cannotOpenWindows(): boolean {
    return this.blockedWindows > 1;
  }

  /** Whether the portal could not log in within an iframe, because the browser blocks the cookies of other sites. */
  get cannotLogInWithinFrame(): boolean {
    return this.#cannotLogInWithinFrame || !!storage((store) => store.getItem(FRAME_KEY));
  }

  set cannotLogInWithinFrame(value: boolean) {
    if (value === this.cannotLogInWithinFrame) return;
    this.#cannotLogInWithinFrame = value;
    storage((store) => (value ? store.setItem(FRAME_KEY, 'no') : store.removeItem(FRAME_KEY)));
  }
}

/** Uses the session storage. Returns `undefined` if the browser blocks it. */
function storage<T>(use: (store: Storage) => T): T | undefined {
  try {
    return use(sessionStorage);
  } catch {
    return undefined;
  }
}
