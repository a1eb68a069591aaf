import type { Theme } from 'vitepress';
import DefaultTheme from 'vitepress/theme';
import LandingHero from './LandingHero.vue';
import LandingPromises from './LandingPromises.vue';
import './style.css';

export default {
  extends: DefaultTheme,
  enhanceApp({ app }) {
    app.component('LandingHero', LandingHero);
    app.component('LandingPromises', LandingPromises);
  },
} satisfies Theme;
