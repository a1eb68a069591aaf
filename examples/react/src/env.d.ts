interface ImportMetaEnv {
  readonly VITE_CHARGEBEE_SITE: string;
  /** Only with the emulator. */
  readonly VITE_CHARGEBEE_DOMAIN?: string;
  readonly VITE_PORTAL_SERVER_URL: string;
  readonly VITE_SIGN_IN_URL: string;
}
