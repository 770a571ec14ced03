// The email of step 2, edited as blocks (Builder) or as text (HTML). The text area holds the content that is stored;
// the builder writes to it.

import { createBuilder } from './builder.js';

export function createEmailPane(form, changed) {
  const part = (name) => form.querySelector(`[data-${name}]`);
  const html = form.elements.namedItem('email_html');
  const project = form.elements.namedItem('email_project');
  const panes = {
    builder: form.querySelector('[data-pane="builder"]'),
    html: form.querySelector('[data-pane="html"]'),
  };
  const shell = form.querySelector('[data-builder="shell"]');
  const noticeFocus = [];
  let view = 'builder';
  let before = null; // the HTML as it was when the builder could not hold all of it
  let builder = null;

  part('views').hidden = false;
  show('builder');
  try {
    builder = createBuilder(shell, { html: html.value, project: project.value, changed: edited });
  } catch {
    // The editor could not be loaded or started: the HTML tab still works.
    part('views').hidden = true;
    show('html');
    return { sync() {}, async finish() {}, insert: () => false, onBuilderFocus() {}, restored() {} };
  }
  builder.editor.on('component:selected rte:enable', () => noticeFocus.forEach((tell) => tell()));

  function edited() {
    if (before !== null && builder.untouched()) return;
    before = null;
    part('lossy').hidden = true;
    changed();
  }

  function show(name) {
    view = name;
    for (const [key, pane] of Object.entries(panes)) pane.hidden = key !== name;
    for (const button of form.querySelectorAll('[data-view]'))
      button.setAttribute('aria-pressed', String(button.dataset.view === name));
  }

  function sync() {
    if (view !== 'builder' || before !== null) return;
    const now = builder.read();
    html.value = now.html;
    project.value = now.project;
  }

  let atOpening = '';
  async function switchTo(name) {
    if (name === view) return;
    if (name === 'html') {
      await builder.text.finish();
      sync();
      part('lossy').hidden = true;
      before = null;
      atOpening = html.value;
      show('html');
      return;
    }
    show('builder');
    if (html.value === atOpening) return;
    const lossy = builder.take(html.value);
    before = lossy ? html.value : null;
    part('lossy').hidden = !lossy;
    builder.editor.refresh();
  }

  part('views').addEventListener('click', (event) => {
    const button = event.target.closest('[data-view]');
    if (button) switchTo(button.dataset.view);
  });
  part('back-to-html').addEventListener('click', () => {
    part('lossy').hidden = true;
    atOpening = html.value;
    before = null;
    show('html');
    html.focus();
  });
  // Edited by hand: the project no longer matches.
  html.addEventListener('input', () => {
    project.value = '';
  });

  // Enter in a builder setting applies it and does not submit the wizard.
  shell.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || event.target.tagName !== 'INPUT') return;
    event.preventDefault();
    event.target.dispatchEvent(new Event('change', { bubbles: true }));
  });

  return {
    sync,
    finish: () => builder.text.finish(),
    insert: (token) => view === 'builder' && builder.text.insert(token),
    onBuilderFocus: (tell) => noticeFocus.push(tell),
    /** Reads the fields again after another script filled them. */
    restored: () =>
      builder.started.then(() => {
        builder.take(html.value);
      }),
  };
}
