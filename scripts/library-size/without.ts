// A small app without the library, the baseline of scripts/lib/library-size.mjs.
import { Component } from '@angular/core';
import { bootstrapApplication } from '@angular/platform-browser';
import { Action } from './action';

@Component({
  selector: 'app-root',
  imports: [Action],
  template: `<button type="button" appAction="open">Manage billing</button>`,
})
export class App {}

void bootstrapApplication(App);
