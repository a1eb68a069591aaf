/** Set for as long as the tab is open, since each page load would otherwise begin with a portal that cannot log in. */
const FRAME_KEY = 'ngx-chargebee-portal.frame-login';

/** What earlier openings have shown about this browser. */
export class BrowserFindings {
  #blockedWindows = 0;
  #cannotLogInWithinFrame = false;

  /** Whether windows were blocked twice in a row, as a web view does that has none. */
  get cannotOpenWindows(): boolean {
    return this.#blockedWindows > 1;
  }

  /** Whether the portal could not log in within an iframe, as where the browser blocks the cookies of other sites. */
  get cannotLogInWithinFrame(): boolean {
    return this.#cannotLogInWithinFrame || !!storage((store) => store.getItem(FRAME_KEY));
  }

  windowOpened(): void {
    this.#blockedWindows = 0;
  }

  windowBlocked(): void {
    this.#blockedWindows++;
  }

  frameLogin(succeeded: boolean): void {
    if (succeeded !== this.cannotLogInWithinFrame) return;
    this.#cannotLogInWithinFrame = !succeeded;
    storage((store) => (succeeded ? store.removeItem(FRAME_KEY) : store.setItem(FRAME_KEY, 'no')));
  }
}

/** Uses the tab's storage, where the browser allows it. */
function storage<T>(use: (store: Storage) => T): T | undefined {
  try {
    return use(sessionStorage);
  } catch {
    return undefined;
  }
}
