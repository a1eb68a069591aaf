/** Waits until a condition holds, or until the spec's timeout. */
export async function eventually(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
