// The pages of the site that are generated. Git, Prettier and the checks of what people wrote leave them out.

/** Files, and folders with a slash at the end. */
export const generatedPages = [
  'docs/reference/',
  'docs/changelog.md',
  'docs/emulator/chargebee-js.md',
  'docs/emulator/support.md',
];

/**
 * Whether a path, from the root, is a generated page.
 * @param {string} path
 * @returns {boolean}
 */
export function isGenerated(path) {
  return generatedPages.some((page) =>
    page.endsWith('/') ? path.startsWith(page) : path === page,
  );
}
